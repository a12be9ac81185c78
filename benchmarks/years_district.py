"""A district that changes from year to year, for `years.py`: agencies, members, wishes, ratings.

Everything is drawn from the seed and none of it depends on what has been decided, but for the
ratings, which are about the pairs that there were: so different schemes meet the same district.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.frames import numbers, texts
from matchmaker.demo.longgang import LONGGANG_YEAR, generate_longgang

AGENCIES_CHANGED = 0.03
"""Part of the agencies that appear, merge or close in a year."""

MEMBERS_CHANGED = 0.08
WISHES_REDRAWN = 1 / 3
RATING_NOISE = 0.15
"""Standard deviation of a rating, as a part of what was deserved."""

STAGE = "agency_sub_district"
RANKS = 3
WISHING = 0.7
"""Part of the agencies that state wishes."""

FIT, STANDING, TASTE = 1.0, 0.5, 0.7
"""What an agency likes: functions in demand, strong places (the more the stronger it is), its own taste."""

KEPT = (
    "agencies", "branches", "members", "sub_districts", "communities", "grids", "needs", "resources",
    "services",
)  # fmt: skip
LEVELS = {"weak": -1.0, "medium": 0.0, "strong": 1.0}


class District:
    """Tables of one year, moved on by `next_year`.

    Parameters
    ----------
    scale, seed
        As `generate_longgang` takes them; the pins of the first year are left out.
    """

    def __init__(self, scale: float, seed: int) -> None:
        self.seed = seed
        self.generator = np.random.default_rng(seed)
        tables = generate_longgang(scale, seed)
        self.tables = {name: tables[name].drop(columns="note", errors="ignore") for name in KEPT}
        self.first_history = _of_stage(tables["history"])
        self.succession = pd.DataFrame(columns=["year", "kind", "old_id", "new_id", "share"], dtype=object)
        self.year = LONGGANG_YEAR
        self.new_agencies = 0
        self.demand = _demand(self.tables)
        self.last_wishes: dict[tuple[str, str], np.ndarray] = {}
        self.wishes = self._wishes()

    def next_year(self) -> None:
        """Change agencies and members, then a third of the wishes."""
        self.year += 1
        agencies = self.tables["agencies"]["agency_id"].to_numpy(object)
        each = round(AGENCIES_CHANGED * len(agencies) / 4)
        chosen = self.generator.permutation(agencies)[: 4 * each]
        for old, into in zip(chosen[:each], chosen[each : 2 * each], strict=True):
            self._move_branches(old, into)
            self._end(old, into)
        for old in chosen[2 * each : 3 * each]:
            self._move_branches(old, self._other(chosen))
            self._end(old, None)
        self._found(2 * each)
        self._change_members()
        self._count_staff()
        self.wishes = self._wishes()

    def ratings(self, pairs: pd.DataFrame, fit: pd.Series) -> pd.DataFrame:
        """What a community of each pair's sub-district and the pair's agency say of one another.

        The chance in it is the year's, whatever the pairs.
        """
        generator = np.random.default_rng([self.seed, self.year])
        communities = self.tables["communities"].groupby("sub_district_id")["community_id"].agg(list)
        community = [generator.choice(communities[target]) for target in pairs["target_id"]]
        deserved = np.clip(68 + 0.5 * fit.to_numpy(float), 0, 100)
        both = []
        for kind, ratee, rater in (
            ("community_agency", pairs["source_id"], community),
            ("agency_community", community, pairs["source_id"]),
        ):
            score = deserved * (1 + RATING_NOISE * generator.normal(size=len(pairs)))
            both.append(
                pd.DataFrame(
                    {
                        "year": numbers(np.full(len(pairs), self.year)),
                        "rater_kind": texts([kind] * len(pairs)),
                        "ratee_id": texts(ratee),
                        "rater_id": texts(rater),
                        "score": numbers(np.round(np.clip(score, 0, 100))),
                    }
                )
            )
        return pd.concat(both, ignore_index=True)

    def _end(self, old: str, new: str | None) -> None:
        row = (self.year, "agency", old, new, 1.0 if new else np.nan)
        self.succession.loc[len(self.succession)] = row
        for table in ("agencies", "resources"):
            frame = self.tables[table]
            self.tables[table] = frame[frame["agency_id"] != old].reset_index(drop=True)

    def _move_branches(self, old: str, into: str) -> None:
        for table in ("branches", "members"):
            frame = self.tables[table]
            self.tables[table] = frame.assign(agency_id=frame["agency_id"].replace({old: into}))

    def _other(self, than: np.ndarray) -> str:
        agencies = self.tables["agencies"]["agency_id"]
        return str(self.generator.choice(agencies[~agencies.isin(than)].to_numpy(object)))

    def _found(self, count: int) -> None:
        """New agencies, each from a branch of one that has several."""
        branches = self.tables["branches"]
        several = branches[branches["agency_id"].duplicated()].drop_duplicates("agency_id")
        taken = several.iloc[self.generator.permutation(len(several))[:count]]
        names = [f"N{self.new_agencies + at:04d}" for at in range(len(taken))]
        self.new_agencies += len(taken)
        agencies = self.tables["agencies"].set_index("agency_id", drop=False)
        founded = agencies.loc[taken["agency_id"]].assign(
            agency_id=names, name=[f"示例新设单位{name}" for name in names]
        )
        self.tables["agencies"] = pd.concat([agencies, founded], ignore_index=True)
        moved = dict(zip(taken["branch_id"], names, strict=True))
        for table in ("branches", "members"):
            frame = self.tables[table]
            new = frame["branch_id"].map(moved)
            self.tables[table] = frame.assign(agency_id=new.where(new.notna(), frame["agency_id"]))

    def _change_members(self) -> None:
        """Members who leave; as many come, to branches drawn by size."""
        members = self.tables["members"]
        going = self.generator.random(len(members)) < MEMBERS_CHANGED
        came = members.iloc[self.generator.integers(0, len(members), int(going.sum()))]
        new_ids = [f"M{self.year}{at:05d}" for at in range(len(came))]
        replaced = members.assign(eligible=members["eligible"].astype(bool))
        for column, values in (
            ("member_id", new_ids),
            ("branch_id", came["branch_id"].to_numpy(object)),
            ("agency_id", came["agency_id"].to_numpy(object)),
        ):
            whole = replaced[column].to_numpy(object).copy()
            whole[going] = values
            replaced = replaced.assign(**{column: texts(whole)})
        self.tables["members"] = replaced

    def _count_staff(self) -> None:
        for table, key in (("agencies", "agency_id"), ("branches", "branch_id")):
            sizes = self.tables["members"][key].value_counts()
            frame = self.tables[table]
            self.tables[table] = frame.assign(member_count=numbers(frame[key].map(sizes).fillna(0)))
        branches = self.tables["branches"]["agency_id"].value_counts()
        agencies = self.tables["agencies"]
        self.tables["agencies"] = agencies.assign(
            branch_count=numbers(agencies["agency_id"].map(branches).fillna(0))
        )

    def _wishes(self) -> pd.DataFrame:
        """The wishes sheet; who redraws looks at everything anew, the others keep their taste."""
        agencies, subs = self.tables["agencies"], self.tables["sub_districts"]
        communities = self.tables["communities"]
        functions = _membership(agencies["function_codes"], self.demand["sub_district"].columns)
        strength = _standard(agencies["strength"].to_numpy(float))
        standing = subs["strength_level"].map(LEVELS).to_numpy(float)
        liking = FIT * _standard(functions @ _share(self.demand["sub_district"]).T)
        liking = liking + STANDING * np.outer(1 + 0.5 * strength, standing)
        sheets = [
            self._stated("agency", agencies["agency_id"], "sub_district", subs["sub_district_id"], liking)
        ]
        for side, frame, key in (
            ("sub_district", subs, "sub_district_id"),
            ("community", communities, "community_id"),
        ):
            liking = FIT * _standard(_share(self.demand[side]) @ functions.T) + STANDING * strength
            sheets.append(self._stated(side, frame[key], "agency", agencies["agency_id"], liking))
        return pd.concat(sheets, ignore_index=True)

    def _stated(
        self,
        side: str,
        wishers: pd.Series,
        kind: str,
        wished: pd.Series,
        liking: np.ndarray,
    ) -> pd.DataFrame:
        taste = TASTE * self.generator.gumbel(size=liking.shape)
        share = WISHING if side == "agency" else 1.0
        silent = self.generator.random(len(wishers)) >= share
        redraws = self.generator.random(len(wishers)) < WISHES_REDRAWN
        order = np.argsort(-(liking + taste), axis=1, kind="stable")[:, :RANKS]
        named = wished.to_numpy(object)[order]
        known = set(wished)
        rows = []
        for at, wisher in enumerate(wishers):
            before = self.last_wishes.get((side, wisher))
            if before is None or redraws[at]:
                before = np.array([], object) if silent[at] else named[at]
                self.last_wishes[side, wisher] = before
            still = [one for one in before if one in known]
            if still:
                cells = [(one,) for one in still] + [()] * (RANKS - len(still))
                rows.append((side, wisher, kind, *cells, True))
        columns = ["side", "source_id", "target_kind", "wish_1", "wish_2", "wish_3", "accept_adjust"]
        return pd.DataFrame(rows, columns=columns)


def _of_stage(history: pd.DataFrame) -> pd.DataFrame:
    here = history[history["relation"] == STAGE]
    return here[["year", "relation", "source_id", "target_id", "years"]].reset_index(drop=True)


def _demand(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Urgency of all needs at or below each sub-district and community, by category."""
    needs = tables["needs"]
    grids = tables["grids"].set_index("grid_id")["community_id"]
    subs = tables["communities"].set_index("community_id")["sub_district_id"]
    community = needs["place_id"].map(grids).fillna(needs["place_id"])
    sub = community.map(subs).fillna(community)
    found = {}
    for side, place, table in (
        ("community", community, "communities"),
        ("sub_district", sub, "sub_districts"),
    ):
        sums = needs.pivot_table("urgency", place, "category", "sum", 0.0)
        found[side] = sums.reindex(tables[table][f"{side}_id"], fill_value=0.0).astype(float)
    columns = found["sub_district"].columns
    return {side: frame.reindex(columns=columns, fill_value=0.0) for side, frame in found.items()}


def _membership(codes: pd.Series, categories: pd.Index) -> np.ndarray:
    return np.array([[category in row for category in categories] for row in codes], float)


def _share(demand: pd.DataFrame) -> np.ndarray:
    values = demand.to_numpy(float)
    return values / np.maximum(values.sum(axis=1, keepdims=True), 1.0)


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / max(float(values.std()), 1e-9)
