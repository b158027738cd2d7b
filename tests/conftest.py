"""What holds for every test: how hard hypothesis searches, and that no test can reach a real provider."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=300, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

for name in [name for name in os.environ if name.startswith("OPENAI_")]:
    del os.environ[name]  # a key exported in a developer's shell would be spent, and would make tests pass only there
