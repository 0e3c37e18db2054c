"""The customers' registration passwords, where provider.yaml says where they are (`cpe_passwords`).

A password is read as it is written (``0815`` stays four characters) and repeated in no error; neither is what
YAML says of a line that it could not read, for it quotes the line.
"""

from __future__ import annotations

from typing import Final

from noc.hosting.secret import Secret
from noc.settings.secrets import SecretError

_REMEDY: Final = "write one `customer: password` a line, quotes around special characters"


def customer_passwords(text: Secret, where: str) -> dict[str, Secret]:
    """Password by customer id, of YAML lines ``id: password``. where: for messages. Raises SecretError."""
    import yaml

    try:
        root = yaml.compose(text.reveal(), Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise SecretError("the list of passwords is no YAML", where, _REMEDY) from None
    if not isinstance(root, yaml.MappingNode):
        raise SecretError("this is no list of passwords", where, _REMEDY)
    found: dict[str, Secret] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode) or not value.value:
            raise SecretError("a line is no name and password", where, _REMEDY)
        found[key.value] = Secret(value.value)
    return found
