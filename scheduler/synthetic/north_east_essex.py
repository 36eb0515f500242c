"""The shape of the North East Essex Alliance: trusts, ambulance service, councils and a hospice.

Organisations, sites and the total population are public (see SOURCES.md next to the example); the
split of the population, hosts, staff, versions, agreements and equivalences are made up.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.synthetic.board_targets import NATIONAL_TARGETS
from scheduler.synthetic.essex import EPUT, EPUT_NAME, EPUT_VERSIONS, everywhere, made_up_versions
from scheduler.synthetic.service_kinds import KIND
from scheduler.synthetic.shape import (
    Agreement,
    Equivalence,
    JointPost,
    Shape,
    SyntheticOrganisation,
    SyntheticPlace,
    SyntheticService,
    SyntheticSite,
    SyntheticVersion,
    Team,
)

ESNEFT, AMBULANCE, HOSPICE = "RDE", "RYC", "STHELENA"
COUNTY, COLCHESTER_COUNCIL, TENDRING_COUNCIL = "ESSEX-CC", "COLCHESTER-CC", "TENDRING-DC"
COLCHESTER, TENDRING = "NEE-COL", "NEE-TEN"
FORMED: Final = date(2018, 4, 1)

ORGANISATIONS: Final = (
    SyntheticOrganisation(EPUT, EPUT_NAME, "nhs_trust", FORMED),
    SyntheticOrganisation(
        ESNEFT, "East Suffolk and North Essex NHS Foundation Trust", "nhs_trust", FORMED
    ),
    SyntheticOrganisation(
        AMBULANCE, "East of England Ambulance Service NHS Trust", "ambulance_trust", FORMED
    ),
    SyntheticOrganisation(COUNTY, "Essex County Council", "local_authority", FORMED),
    SyntheticOrganisation(COLCHESTER_COUNCIL, "Colchester City Council", "local_authority", FORMED),
    SyntheticOrganisation(TENDRING_COUNCIL, "Tendring District Council", "local_authority", FORMED),
    SyntheticOrganisation(HOSPICE, "St Helena Hospice", "charity", FORMED),
)

PLACES: Final = (
    SyntheticPlace(COLCHESTER, "Colchester", 205000, 1.0, 0.9),
    SyntheticPlace(TENDRING, "Tendring", 155000, 1.5, 1.12),
)

SITES: Final = (
    SyntheticSite(
        "NEE-COLCHESTER", "Colchester General Hospital", COLCHESTER, "CO4 5JL", 51.91016, 0.899196
    ),
    SyntheticSite("NEE-CLACTON", "Clacton Hospital", TENDRING, "CO15 1LH", 51.78607, 1.148187),
    SyntheticSite(
        "NEE-HARWICH", "Fryatt Hospital, Harwich", TENDRING, "CO12 4EX", 51.93343, 1.260668
    ),
)

SERVICES: Final = (
    SyntheticService("NEE-ICS", "Integrated community service", KIND["DN"]),
    SyntheticService("NEE-UCR", "Urgent community response", KIND["UCR"]),
    SyntheticService("NEE-SPT", "Hospice rapid response (SinglePoint)", KIND["SPT"]),
    SyntheticService("NEE-VW", "Virtual ward", KIND["VW"]),
    SyntheticService("NEE-BEDS", "Community beds", KIND["BEDS"]),
    SyntheticService("NEE-REAB", "Reablement", KIND["REAB"]),
    SyntheticService("NEE-CAR", "Community response car", KIND["CAR"]),
    SyntheticService("NEE-LINK", "Wellbeing and home from hospital link", KIND["LINK"]),
)

HOSTS: Final = (
    ("NEE-ICS", COLCHESTER, EPUT),
    ("NEE-ICS", TENDRING, ESNEFT),
    ("NEE-UCR", COLCHESTER, ESNEFT),
    ("NEE-UCR", TENDRING, EPUT),
    ("NEE-SPT", COLCHESTER, HOSPICE),
    ("NEE-SPT", TENDRING, HOSPICE),
    ("NEE-VW", COLCHESTER, ESNEFT),
    ("NEE-BEDS", TENDRING, ESNEFT),
    ("NEE-REAB", COLCHESTER, COUNTY),
    ("NEE-REAB", TENDRING, COUNTY),
    ("NEE-CAR", COLCHESTER, AMBULANCE),
    ("NEE-CAR", TENDRING, AMBULANCE),
    ("NEE-LINK", COLCHESTER, COLCHESTER_COUNCIL),
    ("NEE-LINK", TENDRING, TENDRING_COUNCIL),
)

TEAMS: Final = (
    Team("NEE-ICS", "NEE-COLCHESTER", 1.2),
    Team("NEE-ICS", "NEE-CLACTON", 1.1),
    Team("NEE-ICS", "NEE-HARWICH", 0.6, ("NA4",)),
    Team("NEE-UCR", "NEE-COLCHESTER", 1.1),
    Team("NEE-UCR", "NEE-CLACTON", 1.0),
    Team("NEE-SPT", "NEE-COLCHESTER", 1.0),
    Team("NEE-SPT", "NEE-CLACTON", 0.7, ("PARA6",)),
    Team("NEE-VW", "NEE-COLCHESTER", 1.1),
    Team("NEE-BEDS", "NEE-CLACTON", 1.1),
    Team("NEE-BEDS", "NEE-HARWICH", 0.7, ("NA4", "OT6")),
    Team("NEE-REAB", "NEE-COLCHESTER", 1.0),
    Team("NEE-REAB", "NEE-CLACTON", 1.2),
    Team("NEE-CAR", "NEE-COLCHESTER", 1.1),
    Team("NEE-CAR", "NEE-CLACTON", 1.0),
    Team("NEE-LINK", "NEE-COLCHESTER", 1.0),
    Team("NEE-LINK", "NEE-CLACTON", 1.2),
)

_SINCE: Final = date(2026, 4, 1)
_CONCORDAT: Final = "Alliance quality concordat (made up for this example)"


def north_east_essex() -> Shape:
    """The alliance as of the week of 11 January 2027."""
    return Shape(
        collaborative_id="NEEA",
        name="North East Essex Alliance",
        prefix="NEE-",
        shared_prefix="",
        organisations=ORGANISATIONS,
        places=PLACES,
        sites=SITES,
        services=SERVICES,
        hosts=HOSTS,
        teams=TEAMS,
        versions=EPUT_VERSIONS + _other_versions(),
        equivalences=_equivalences(),
        agreements=_agreements(),
        travel_times=(
            ("NEE-COLCHESTER", "NEE-CLACTON", 37.0),
            ("NEE-CLACTON", "NEE-COLCHESTER", 41.0),
            ("NEE-HARWICH", "NEE-CLACTON", 33.0),
        ),
        joint_posts=_joint_posts(),
        past_passports=(ESNEFT, AMBULANCE),
        targets=NATIONAL_TARGETS,
    )


def _other_versions() -> tuple[SyntheticVersion, ...]:
    """Made up throughout; ESNEFT changes its syringe pump procedure on the Wednesday of the
    week.
    """
    esneft = made_up_versions(ESNEFT, "ESNEFT", 2, date(2024, 6, 1))
    pump = (
        SyntheticVersion(
            "P-PUMP", ESNEFT, "ESNEFT-PUMP V2 (synthetic)", date(2024, 6, 1), date(2027, 1, 12)
        ),
        SyntheticVersion("P-PUMP", ESNEFT, "ESNEFT-PUMP V3 (synthetic)", date(2027, 1, 13)),
    )
    hospice_ipc = (
        SyntheticVersion(
            "P-IPC", HOSPICE, "STH-IPC V5 (synthetic)", date(2023, 9, 1), date(2027, 1, 13)
        ),
        SyntheticVersion("P-IPC", HOSPICE, "STH-IPC V6 (synthetic)", date(2027, 1, 14)),
    )
    hospice = made_up_versions(HOSPICE, "STH", 5, date(2023, 9, 1))
    return (
        *(version for version in esneft if version.procedure_id != "P-PUMP"),
        *pump,
        *made_up_versions(AMBULANCE, "EEAST", 6, date(2025, 1, 1)),
        *(version for version in hospice if version.procedure_id != "P-IPC"),
        *hospice_ipc,
        *made_up_versions(COUNTY, "ECC", 2, date(2025, 4, 1)),
        *made_up_versions(COLCHESTER_COUNCIL, "CC", 1, date(2025, 4, 1)),
        *made_up_versions(TENDRING_COUNCIL, "TDC", 1, date(2025, 4, 1)),
    )


def _equivalences() -> tuple[Equivalence, ...]:
    """Lone working everywhere; infection prevention among the trusts; the syringe pump not yet at
    the hospice.
    """
    everybody = tuple(organisation.id for organisation in ORGANISATIONS)
    return (
        *everywhere(
            "P-LONE",
            everybody,
            _SINCE,
            "Alliance lone working concordat (made up for this example)",
        ),
        *everywhere("P-IPC", (EPUT, ESNEFT), _SINCE, _CONCORDAT),
        Equivalence("P-IPC", AMBULANCE, ESNEFT, _SINCE, None, _CONCORDAT),
        Equivalence("P-IPC", AMBULANCE, HOSPICE, _SINCE, date(2027, 1, 15), _CONCORDAT),
        Equivalence(
            "P-IPC", HOSPICE, AMBULANCE, date(2025, 1, 1), date(2026, 12, 31), _CONCORDAT
        ),  # run out
        Equivalence("P-MEDS", EPUT, ESNEFT, _SINCE, None, _CONCORDAT),
        Equivalence("P-DETERIORATE", EPUT, ESNEFT, _SINCE, None, _CONCORDAT),
        Equivalence("P-PUMP", HOSPICE, EPUT, _SINCE, None, _CONCORDAT),
        Equivalence("P-VOED", EPUT, HOSPICE, _SINCE, None, ""),
        Equivalence("P-VOED", AMBULANCE, HOSPICE, _SINCE, None, ""),
    )


def _agreements() -> tuple[Agreement, ...]:
    """Portability between the trusts, honorary contracts with the hospice, secondment with the
    councils.
    """
    return (
        Agreement(ESNEFT, AMBULANCE, "digital_passport", date(2023, 10, 1), date(2025, 12, 5)),
        Agreement(EPUT, ESNEFT, "portability_agreement", _SINCE),
        Agreement(ESNEFT, EPUT, "portability_agreement", _SINCE, None, None, 90.0),
        Agreement(AMBULANCE, HOSPICE, "honorary_contract", _SINCE, None, "NEE-SPT", 60.0),
        Agreement(HOSPICE, AMBULANCE, "honorary_contract", _SINCE, None, "NEE-CAR", 24.0),
        Agreement(
            home_organisation_id=EPUT,
            host_organisation_id=HOSPICE,
            route="honorary_contract",
            from_date=_SINCE,
            to_date=None,
            service_id=None,
            max_hours_per_week=None,
            recharge_percent=100.0,
        ),
        Agreement(
            ESNEFT, HOSPICE, "honorary_contract", _SINCE, date(2027, 1, 13)
        ),  # ends on Wednesday
        Agreement(HOSPICE, ESNEFT, "honorary_contract", _SINCE, None, "NEE-ICS", 37.5),
        Agreement(
            home_organisation_id=AMBULANCE,
            host_organisation_id=ESNEFT,
            route="licence_to_attend",
            from_date=_SINCE,
            to_date=None,
            service_id="NEE-UCR",
            max_hours_per_week=48.0,
            recharge_percent=110.0,
        ),
        Agreement(ESNEFT, AMBULANCE, "licence_to_attend", _SINCE, None, "NEE-CAR", 24.0),
        Agreement(EPUT, COUNTY, "secondment", _SINCE, None, "NEE-REAB", 37.5),
        Agreement(ESNEFT, COUNTY, "secondment", _SINCE, None, "NEE-REAB", 37.5),
        Agreement(COLCHESTER_COUNCIL, TENDRING_COUNCIL, "secondment", _SINCE),
        Agreement(TENDRING_COUNCIL, COLCHESTER_COUNCIL, "secondment", _SINCE, None, None, 15.0),
    )


def _joint_posts() -> tuple[JointPost, ...]:
    """Three paramedics who rotate between ambulance and hospice, and a nurse shared by the
    trusts.
    """
    rotating = tuple(
        JointPost(
            f"NEE-J{number:02d}",
            "PARA6",
            ("NEE-CAR", "NEE-SPT"),
            ((AMBULANCE, "NEE-COLCHESTER", 24.0), (HOSPICE, "NEE-COLCHESTER", 12.0)),
        )
        for number in (1, 2, 3)
    )
    halves = ((EPUT, "NEE-COLCHESTER", 18.75), (ESNEFT, "NEE-CLACTON", 18.75))
    shared = JointPost("NEE-J04", "DN6", ("NEE-ICS",), halves)
    return (*rotating, shared)
