"""Two-way ratings of last year: agencies and communities, members by branch and community."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.demand import demand_of_communities, suitability
from matchmaker.demo.frames import numbers, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.housing import Housing
from matchmaker.demo.last_year import LastYear
from matchmaker.demo.organisations import Organisations

__all__ = ["evaluation_table"]

Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

_LOWEST, _HIGHEST = 60, 100


def evaluation_table(
    last: LastYear,
    history: pd.DataFrame,
    organisations: Organisations,
    places: Places,
    housing: Housing,
    needs: pd.DataFrame,
    members: pd.DataFrame,
    year: int,
    seed: int,
) -> pd.DataFrame:
    """Scores from 60 to 100 of every pair of last year; places with real names are not rated.

    Communities rate the agencies whose branches had their grids and are rated by them;
    members are rated by their branch and by the community they served.
    """
    generator = stream(seed, "evaluations")
    agency = organisations.branch_agency[last.branch_of_grid]
    told = last.sub[agency] >= 0
    width = len(places.community_ids)
    pairs = np.unique(agency[told] * width + places.grid_community[told])
    rated, community = pairs // width, pairs % width
    suited = suitability(organisations, demand_of_communities(places, needs))
    merit = 79 + 5 * last.quality[rated] + 25 * (suited[rated, community] - suited.mean())
    agencies, communities = organisations.agency_ids[rated], places.community_ids[community]

    served = history[history["relation"] == "member_building"]
    person = served["source_id"].to_numpy(object)
    building = pd.Index(housing.building_ids).get_indexer(pd.Index(served["target_id"].to_numpy(object)))
    home = places.community_ids[places.grid_community[housing.grid[building]]]
    branch = members.set_index("member_id")["branch_id"].loc[person].to_numpy(object)
    diligence = 83 + generator.normal(0, 5, len(person))

    parts = [("community_agency", agencies, communities, _scores(merit, 4, generator))]
    if not places.real:
        fair = np.full(len(pairs), 82.0)
        parts.append(("agency_community", communities, agencies, _scores(fair, 6, generator)))
    parts.append(("branch_member", person, branch, _scores(diligence + 2, 3, generator)))
    parts.append(("community_member", person, home, _scores(diligence, 4, generator)))
    score = np.concatenate([part[3] for part in parts])
    return with_notice(
        pd.DataFrame(
            {
                "year": numbers(np.full(len(score), year - 1)),
                "rater_kind": texts(kind for kind, *_, scores in parts for _ in range(len(scores))),
                "ratee_id": texts(np.concatenate([part[1] for part in parts])),
                "rater_id": texts(np.concatenate([part[2] for part in parts])),
                "score": numbers(score),
                "grade": texts(np.select([score >= 90, score >= 75], ["优秀", "良好"], "合格")),
            }
        )
    )


def _scores(mean: NDArray[np.float64], spread: float, generator: np.random.Generator) -> Integers:
    drawn = np.round(mean + generator.normal(0, spread, len(mean)))
    return np.clip(drawn, _LOWEST, _HIGHEST).astype(np.int64)
