"""The restoration test over a whole site: what one phone's hash gives away helps its neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from noc.hosting.h323.evidence import Answer
from noc.hosting.h323.exchanges import Phone, judged
from noc.hosting.h323.search import Restored, Search, Site, Task, holds
from noc.hosting.h323.shape import Shape, inner_ips, shape_of

_FAR_TASKS = 2  # requests of one kind that are searched far


class Restorer:
    """Runs the restoration test over the phones of each site, cheap tries of all before dear ones."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.found: dict[int, Restored] = {}
        self.far: set[int] = set()  # requests that were searched far, without a hit

    def site(self, phones: Sequence[Phone]) -> None:
        site = Site()
        for phone in phones:
            for request in judged(phone):
                if request.fits and shape_of(request, self.search.knowledge) is Shape.UNTOUCHED:
                    site.subnets[inner_ips(request)[0][:3]] = None
        tasks = [(phone, task) for phone in phones for task in self._tasks(phone)]
        misses = [(phone, task) for phone, task in tasks if not self._near(task, site)]
        searched: dict[tuple[int, object], int] = defaultdict(int)
        for phone, task in misses:
            if self._near(task, site) or not self._worth(task):
                continue
            kind = (id(phone), (task.request.port, inner_ips(task.request)))
            searched[kind] += 1
            if searched[kind] <= _FAR_TASKS:
                self._far(task, site)
        for _, task in misses:
            if id(task.request) not in self.found:
                self._near(task, site)

    def _tasks(self, phone: Phone) -> list[Task]:
        return [task for request in judged(phone) if (task := self.search.task(request)) is not None]

    def _near(self, task: Task, site: Site) -> bool:
        return self._note(task, site, self.search.near(task, site))

    def _far(self, task: Task, site: Site) -> None:
        left = self.search.exhausted
        if not self._note(task, site, self.search.far(task, site)) and self.search.exhausted is left:
            self.far.add(id(task.request))

    def _note(self, task: Task, site: Site, restored: Restored | None) -> bool:
        if restored is None:
            return False
        self.found[id(task.request)] = restored
        site.learn(restored)
        return True

    def _worth(self, task: Task) -> bool:
        """Whether a far search could change the verdict: not for an address that the inventory names,
        nor for a full registration that was accepted all the same."""
        request, knowledge = task.request, self.search.knowledge
        lans = knowledge.lans.find(request.names) or ()
        accepted = request.answer is Answer.ACCEPTED and not request.message.keep_alive
        shape = shape_of(request, knowledge)
        if shape is Shape.UNTOUCHED:
            return not accepted and not all(holds(lans, ip) for ip in inner_ips(request))
        return True
