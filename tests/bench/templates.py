"""Templates: "@NAME@" is replaced, and what stands between the lines "@EACH_ORIGIN" and "@END" comes once for each port
of the origin, "@PORT@"."""
import re

_EACH = re.compile(r"^@EACH_ORIGIN\n(.*?)^@END\n", re.S | re.M)
_NAME = re.compile(r"@([A-Z_]+)@")


def fill(text, values, origins=()):
    """Raises KeyError for a name that has no value: a half filled configuration must not start."""
    text = _EACH.sub(lambda found: "".join(found[1].replace("@PORT@", str(port)) for port in origins), text)
    return _NAME.sub(lambda found: str(values[found[1]]), text)
