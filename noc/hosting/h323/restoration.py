"""The restoration test over a whole capture: what one phone's hash gives away helps its neighbours.

Cheap tries for all come before dear ones for some, and one phone of each site before the second, so
that the budget of tries is not eaten by a site where nothing can be found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from noc.hosting.h323.evidence import Answer
from noc.hosting.h323.exchanges import Phone, judged
from noc.hosting.h323.search import SMALL_NETWORK, Restored, Search, Site, Task, holds
from noc.hosting.h323.shape import Shape, inner_ips, shape_of

_ALIKE = 2  # requests of one phone, port and inner address that are searched far


class _Job(msgspec.Struct, eq=False):
    """A task with its site. tried: what the site knew at the last near try; turn: order of the far ones."""

    task: Task
    site: Site
    tried: tuple[int, int, int] = (-1, -1, -1)
    turn: tuple[bool, int, int] = (False, 0, 0)


class Restorer:
    """found: what was restored; far: requests searched as far as it goes without a hit (both by id)."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.found: dict[int, Restored] = {}
        self.far: set[int] = set()

    def run(self, sites: Iterable[Sequence[Phone]]) -> None:
        """Restore what can be restored of the phones of all sites."""
        jobs: list[_Job] = []
        far: list[_Job] = []
        for phones in sites:
            mine = self._jobs(phones)
            for job in mine:
                self._near(job)
            jobs.extend(mine)
            far.extend(self._far_jobs(mine))
        far.sort(key=lambda job: job.turn)
        self._stages(far)
        for job in jobs:
            self._near(job)

    def _jobs(self, phones: Sequence[Phone]) -> list[_Job]:
        site = Site()
        jobs = []
        for phone in phones:
            for request in judged(phone):
                if request.fits and shape_of(request, self.search.knowledge) is Shape.UNTOUCHED:
                    site.subnets[inner_ips(request)[0][:3]] = None
                task = self.search.task(request)
                if task is not None:
                    jobs.append(_Job(task, site))
        return jobs

    def _far_jobs(self, jobs: Sequence[_Job]) -> list[_Job]:
        """Those worth a far search: suspected rewriting first, one phone of a site before the next."""
        alike: dict[tuple[object, ...], int] = defaultdict(int)
        phones: dict[str, int] = {}
        chosen = []
        for job in jobs:
            request = job.task.request
            if not self._worth(job.task):
                continue
            place = phones.setdefault(request.alias, len(phones))
            kind = (request.alias, request.port, inner_ips(request))
            alike[kind] += 1
            if alike[kind] <= _ALIKE:
                untouched = shape_of(request, self.search.knowledge) is Shape.UNTOUCHED
                job.turn = (untouched, alike[kind], place)
                chosen.append(job)
        return chosen

    def _stages(self, jobs: Sequence[_Job]) -> None:
        search = self.search
        stages: tuple[Callable[[_Job], Restored | None], ...] = (
            lambda job: search.home(job.task, slice(1)),
            lambda job: search.ports(job.task, job.site),
            lambda job: search.home(job.task, slice(1, None)),
            self._asked,
        )
        whole = {id(job): True for job in jobs}
        for stage in stages:
            for job in jobs:
                if self._near(job):
                    continue
                refused = search.refused
                self._note(job, stage(job))
                whole[id(job)] &= search.refused == refused
        self.far = {
            id(job.task.request) for job in jobs if whole[id(job)] and id(job.task.request) not in self.found
        }

    def _asked(self, job: _Job) -> Restored | None:
        """Large networks take long: for the first of like requests only."""
        if job.turn[1] == 1:
            return self.search.asked(job.task)
        self.search.refused += any(net.num_addresses > SMALL_NETWORK for net in job.task.lans)
        return None

    def _near(self, job: _Job) -> bool:
        """Whether the request is restored, trying again what is near if its site has learned since."""
        if id(job.task.request) in self.found:
            return True
        if job.tried == job.site.knows:
            return False
        job.tried = job.site.knows
        return self._note(job, self.search.near(job.task, job.site))

    def _note(self, job: _Job, restored: Restored | None) -> bool:
        if restored is None:
            return False
        request = job.task.request
        self.found[id(request)] = restored
        job.site.learn(request.alias, restored)
        return True

    def _worth(self, task: Task) -> bool:
        """Whether a far search could change the verdict: not where the inventory names the address inside
        or the source itself, nor for a full registration that was accepted untouched."""
        request = task.request
        if holds(task.lans, request.source_ip):
            return False
        if shape_of(request, self.search.knowledge) is not Shape.UNTOUCHED:
            return True
        accepted = request.answer is Answer.ACCEPTED and not request.message.keep_alive
        small = [net for net in task.lans if net.num_addresses <= SMALL_NETWORK]
        return not accepted and not all(holds(small, ip) for ip in inner_ips(request))
