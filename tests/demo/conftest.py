from __future__ import annotations

import pandas as pd
import pytest

from matchmaker.demo import generate_longgang

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def longgang_small() -> Tables:
    return generate_longgang(scale=0.05)


@pytest.fixture(scope="session")
def longgang_fifth() -> Tables:
    return generate_longgang(scale=0.2, seed=7)


@pytest.fixture(scope="session")
def longgang_whole() -> Tables:
    return generate_longgang()


@pytest.fixture(scope="session")
def longgang_real() -> Tables:
    return generate_longgang(real_names=True)
