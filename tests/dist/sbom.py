"""Is a bill of materials valid CycloneDX, and does it name what the lock file does?

    python sbom.py kaimen.cdx.json Cargo.lock
"""

import json
import re
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def main(path, lock):
    text = open(path, encoding="utf-8").read()
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    error = validator.validate_str(text)
    if error is not None:
        return f"not valid CycloneDX 1.6: {error}"
    # The check looks: without its format's name it is nothing.
    if validator.validate_str(text.replace('"CycloneDX"', '"other"')) is None:
        return "the validator takes anything"
    components = json.loads(text)["components"]
    crates = [c for c in components if c["purl"].startswith("pkg:cargo/")]
    if len(crates) < 20 or not any(c["name"] == "rust-std" for c in components):
        return f"{len(crates)} crates: something is missing"
    packages = re.findall(r'name = "(.+)"\nversion = "(.+)"\n.*\nchecksum = "(.+)"', open(lock).read())
    for crate in crates:
        digest = crate["hashes"][0]["content"]
        if (crate["name"], crate["version"], digest) not in packages:
            return f"{crate['name']} {crate['version']} is not in {lock}"
    return None


sys.exit(main(*sys.argv[1:]))
