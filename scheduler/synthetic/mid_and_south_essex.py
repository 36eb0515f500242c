"""The shape of the Mid and South Essex Community Collaborative: real organisations, places and
sites.

Populations, sites and codes are public (see SOURCES.md next to the example); who hosts which
service in which place is inferred from site codes, and staff, versions, agreements and equivalences
are made up.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.synthetic.board_targets import NATIONAL_TARGETS
from scheduler.synthetic.essex import EPUT, EPUT_NAME, EPUT_VERSIONS, everywhere, made_up_versions
from scheduler.synthetic.msecc_scheme import msecc_scheme
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

NELFT, PROVIDE, COUNCIL = "RAT", "NQA", "THURROCK-COUNCIL"
BASILDON, MID, SOUTH_EAST, THURROCK = "MSE-BB", "MSE-MID", "MSE-SE", "MSE-TH"
FORMED: Final = date(2020, 9, 1)

ORGANISATIONS: Final = (
    SyntheticOrganisation(EPUT, EPUT_NAME, "nhs_trust", FORMED),
    SyntheticOrganisation(NELFT, "North East London NHS Foundation Trust", "nhs_trust", FORMED),
    SyntheticOrganisation(PROVIDE, "Provide Community Interest Company", "cic", FORMED),
    SyntheticOrganisation(
        COUNCIL, "Thurrock Council", "local_authority", None
    ),  # a partner for one joint post, no member
)

PLACES: Final = (
    SyntheticPlace(BASILDON, "Basildon and Brentwood", 264600, 1.1, 1.08, fringe=True),
    SyntheticPlace(MID, "Mid Essex", 403000, 1.0, 0.9),
    SyntheticPlace(SOUTH_EAST, "South East Essex", 356000, 1.2, 1.0),
    SyntheticPlace(THURROCK, "Thurrock", 175531, 1.3, 1.16, fringe=True),
)

SITES: Final = (
    SyntheticSite(
        "MSE-BRENTWOOD", "Brentwood Community Hospital", BASILDON, "CM15 8DR", 51.62355, 0.316414
    ),
    SyntheticSite(
        "MSE-BILLERICAY", "Billericay Community Hospital", BASILDON, "CM12 9SA", 51.62248, 0.400663
    ),
    SyntheticSite(
        "MSE-BASILDON", "Basildon University Hospital", BASILDON, "SS16 5NL", 51.55767, 0.450571
    ),
    SyntheticSite(
        "MSE-RUNWELL", "The Lodge, Runwell (EPUT)", BASILDON, "SS11 7XX", 51.633013, 0.543374
    ),
    SyntheticSite("MSE-BROOMFIELD", "Broomfield Hospital", MID, "CM1 7ET", 51.77461, 0.466733),
    SyntheticSite(
        "MSE-BRAINTREE", "Braintree Community Hospital", MID, "CM7 2AL", 51.88008, 0.540417
    ),
    SyntheticSite(
        "MSE-COURTAULD",
        "William Julien Courtauld Hospital, Braintree",
        MID,
        "CM7 2LJ",
        51.87483,
        0.545119,
    ),
    SyntheticSite("MSE-MALDON", "St Peter's Hospital, Maldon", MID, "CM9 6EG", 51.73, 0.671979),
    SyntheticSite("MSE-HALSTEAD", "Halstead Hospital", MID, "CO9 2DL", 51.94809, 0.637966),
    SyntheticSite(
        "MSE-ROCHFORD", "Rochford Community Hospital", SOUTH_EAST, "SS4 1RB", 51.58395, 0.702796
    ),
    SyntheticSite("MSE-SOUTHEND", "Southend Hospital", SOUTH_EAST, "SS0 0RY", 51.55383, 0.688631),
    SyntheticSite(
        "MSE-THURROCK", "Thurrock Community Hospital", THURROCK, "RM16 2PX", 51.49637, 0.336211
    ),
    SyntheticSite("MSE-ORSETT", "Orsett Hospital", THURROCK, "RM16 3EU", 51.50949, 0.366296),
)

SERVICES: Final = (
    SyntheticService("MSE-UCR", "Urgent community response team", KIND["UCR"]),
    SyntheticService("MSE-VW", "Virtual wards", KIND["VW"]),
    SyntheticService("MSE-BEDS", "Community beds", KIND["BEDS"]),
    SyntheticService("MSE-RESP", "Respiratory and long Covid", KIND["RESP"]),
    SyntheticService("MSE-DN", "District nursing", KIND["DN"]),
    SyntheticService("MSE-WHEEL", "Wheelchair service", KIND["WHEEL"]),
    SyntheticService("MSE-TVN", "Tissue viability", KIND["TVN"]),
    SyntheticService("MSE-EOL", "End of life care at home", KIND["EOL"]),
    SyntheticService("MSE-THER", "Community therapy", KIND["THER"]),
    SyntheticService("MSE-LEAD", "Place leadership", KIND["LEAD"]),
    SyntheticService("MSE-INT", "Integrated care with Thurrock Council", KIND["INTEGRATED"]),
)

# inferred from whose site codes lie where; the formal split is in three contracts that are not
# public
_PROVIDER: Final = {BASILDON: NELFT, MID: PROVIDE, SOUTH_EAST: EPUT, THURROCK: NELFT}

# (service, site, weight, roles that the team does without)
_TEAMS: Final = (
    ("MSE-UCR", "MSE-BILLERICAY", 1.0, ()),
    ("MSE-UCR", "MSE-BRAINTREE", 1.4, ()),
    ("MSE-UCR", "MSE-ROCHFORD", 1.3, ()),
    ("MSE-UCR", "MSE-THURROCK", 0.8, ("ACP7",)),
    ("MSE-VW", "MSE-BASILDON", 1.0, ("DOC",)),
    ("MSE-VW", "MSE-BROOMFIELD", 1.2, ()),
    ("MSE-VW", "MSE-SOUTHEND", 1.1, ()),
    ("MSE-BEDS", "MSE-BRENTWOOD", 1.2, ()),
    ("MSE-BEDS", "MSE-MALDON", 1.0, ()),
    ("MSE-BEDS", "MSE-ROCHFORD", 1.1, ()),
    ("MSE-RESP", "MSE-BILLERICAY", 0.9, ()),
    ("MSE-RESP", "MSE-BROOMFIELD", 1.2, ()),
    ("MSE-RESP", "MSE-SOUTHEND", 1.1, ()),
    ("MSE-RESP", "MSE-ORSETT", 0.8, ("PT6",)),
    ("MSE-DN", "MSE-BRENTWOOD", 0.9, ("NA4",)),
    ("MSE-DN", "MSE-BASILDON", 1.0, ()),
    ("MSE-DN", "MSE-BRAINTREE", 1.2, ()),
    ("MSE-DN", "MSE-MALDON", 0.8, ("NA4",)),
    ("MSE-DN", "MSE-ROCHFORD", 1.5, ()),
    ("MSE-DN", "MSE-ORSETT", 1.0, ()),
    ("MSE-WHEEL", "MSE-COURTAULD", 1.0, ()),
    ("MSE-WHEEL", "MSE-ROCHFORD", 1.0, ()),
    ("MSE-TVN", "MSE-BASILDON", 1.0, ()),
    ("MSE-TVN", "MSE-HALSTEAD", 1.0, ()),
    ("MSE-TVN", "MSE-SOUTHEND", 1.0, ()),
    ("MSE-EOL", "MSE-BASILDON", 1.0, ()),
    ("MSE-EOL", "MSE-BROOMFIELD", 1.1, ()),
    ("MSE-EOL", "MSE-SOUTHEND", 1.1, ()),
    ("MSE-THER", "MSE-BRENTWOOD", 1.0, ()),
    ("MSE-THER", "MSE-HALSTEAD", 1.2, ()),
    ("MSE-THER", "MSE-SOUTHEND", 1.1, ()),
    ("MSE-LEAD", "MSE-BASILDON", 0.9, ()),
    ("MSE-LEAD", "MSE-BROOMFIELD", 0.9, ()),
    ("MSE-LEAD", "MSE-ROCHFORD", 0.9, ()),
    ("MSE-LEAD", "MSE-THURROCK", 0.2, ()),  # staffed by the joint post
    ("MSE-INT", "MSE-ORSETT", 0.9, ()),
)  # fmt: skip

_CONCORDAT: Final = "Quality concordat 3 (made up for this example)"
_SINCE: Final = date(2026, 4, 1)


def mid_and_south_essex() -> Shape:
    """The collaborative as of the week of 11 January 2027."""
    place_of = {site.id: site.place_id for site in SITES}
    served = dict.fromkeys((service, place_of[site_id]) for service, site_id, *_ in _TEAMS)
    return Shape(
        collaborative_id="MSECC",
        name="Mid and South Essex Community Collaborative",
        prefix="MSE-",
        shared_prefix="",
        organisations=ORGANISATIONS,
        places=PLACES,
        sites=SITES,
        services=SERVICES,
        hosts=tuple((service, place, _host(service, place)) for service, place in served),
        teams=tuple(Team(*team) for team in _TEAMS),
        versions=EPUT_VERSIONS
        + _nelft_versions()
        + _provide_versions()
        + made_up_versions(COUNCIL, "TC", 1, date(2025, 4, 1)),
        equivalences=_equivalences(),
        agreements=_agreements(),
        travel_times=(
            ("MSE-THURROCK", "MSE-BASILDON", 24.0),
            ("MSE-BASILDON", "MSE-THURROCK", 27.0),
            ("MSE-BRENTWOOD", "MSE-BROOMFIELD", 34.0),
            ("MSE-ROCHFORD", "MSE-BASILDON", 33.5),
        ),
        joint_posts=_joint_posts(),
        past_passports=(EPUT, NELFT),
        scheme=msecc_scheme(((EPUT, "EPUT"), (NELFT, "NELFT"), (PROVIDE, "Provide"))),
        targets=NATIONAL_TARGETS,
    )


def _host(service: str, place: str) -> str:
    return COUNCIL if service == "MSE-INT" else _PROVIDER[place]


def _nelft_versions() -> tuple[SyntheticVersion, ...]:
    """NELFT's versions are made up; infection prevention changes on the Thursday of the week."""
    usual = made_up_versions(NELFT, "NELFT", 3, date(2024, 10, 1))
    changed = SyntheticVersion(
        "P-IPC", NELFT, "NELFT-IPC V3 (synthetic)", date(2024, 10, 1), date(2027, 1, 13)
    )
    following = SyntheticVersion("P-IPC", NELFT, "NELFT-IPC V4 (synthetic)", date(2027, 1, 14))
    return (changed, following, *(version for version in usual if version.procedure_id != "P-IPC"))


def _provide_versions() -> tuple[SyntheticVersion, ...]:
    """Provide's own IPPOL21 V6 to its review date, from then a made-up V7; the others are
    made up.
    """
    usual = made_up_versions(PROVIDE, "PROVIDE", 5, date(2024, 7, 1))
    sourced = SyntheticVersion("P-IPC", PROVIDE, "IPPOL21 V6", date(2023, 7, 19), date(2026, 7, 19))
    following = SyntheticVersion("P-IPC", PROVIDE, "IPPOL21 V7 (synthetic)", date(2026, 7, 20))
    return (sourced, following, *(version for version in usual if version.procedure_id != "P-IPC"))


def _equivalences() -> tuple[Equivalence, ...]:
    """Lone working everywhere, medicines between the trusts; infection prevention not yet with
    Provide.
    """
    everybody = (EPUT, NELFT, PROVIDE, COUNCIL)
    return (
        *everywhere("P-LONE", everybody, _SINCE, "Quality concordat 1 (made up for this example)"),
        *everywhere(
            "P-MEDS", (EPUT, NELFT), _SINCE, "Quality concordat 2 (made up for this example)"
        ),
        Equivalence("P-IPC", NELFT, EPUT, _SINCE, None, _CONCORDAT),
        Equivalence(
            "P-IPC", EPUT, NELFT, date(2026, 6, 1), date(2027, 1, 13), _CONCORDAT
        ),  # not yet for V4
        Equivalence("P-DETERIORATE", EPUT, NELFT, _SINCE, None, _CONCORDAT),
        Equivalence("P-DETERIORATE", PROVIDE, NELFT, _SINCE, date(2027, 1, 12), _CONCORDAT),
        Equivalence("P-DETERIORATE", PROVIDE, EPUT, _SINCE, None, _CONCORDAT),
        Equivalence(
            "P-PUMP", PROVIDE, EPUT, date(2025, 1, 1), date(2026, 12, 31), _CONCORDAT
        ),  # run out
        Equivalence("P-PUMP", NELFT, EPUT, _SINCE, None, _CONCORDAT),
        Equivalence("P-VOED", NELFT, EPUT, _SINCE, None, ""),
        Equivalence("P-VOED", EPUT, NELFT, _SINCE, None, ""),
    )


def _agreements() -> tuple[Agreement, ...]:
    """Portability between the trusts; licence and honorary contract with the company; secondment
    with the council.
    """
    return (
        Agreement(EPUT, NELFT, "digital_passport", date(2023, 10, 1), date(2025, 12, 5)),
        Agreement(EPUT, NELFT, "portability_agreement", date(2025, 12, 1)),
        Agreement(NELFT, EPUT, "portability_agreement", date(2025, 12, 1), None, None, 120.0),
        Agreement(
            home_organisation_id=EPUT,
            host_organisation_id=PROVIDE,
            route="licence_to_attend",
            from_date=_SINCE,
            to_date=None,
            service_id=None,
            max_hours_per_week=None,
            recharge_percent=105.0,
        ),
        Agreement(
            home_organisation_id=NELFT,
            host_organisation_id=PROVIDE,
            route="licence_to_attend",
            from_date=_SINCE,
            to_date=None,
            service_id="MSE-UCR",
            max_hours_per_week=60.0,
            recharge_percent=105.0,
        ),
        Agreement(
            home_organisation_id=NELFT,
            host_organisation_id=PROVIDE,
            route="licence_to_attend",
            from_date=_SINCE,
            to_date=None,
            service_id="MSE-BEDS",
            max_hours_per_week=45.0,
            recharge_percent=105.0,
        ),
        Agreement(
            PROVIDE, EPUT, "honorary_contract", _SINCE, date(2027, 1, 14)
        ),  # ends on Thursday
        Agreement(PROVIDE, NELFT, "honorary_contract", _SINCE, None, "MSE-DN", 45.0),
        Agreement(PROVIDE, NELFT, "honorary_contract", _SINCE, None, "MSE-UCR", 75.0),
        Agreement(NELFT, COUNCIL, "secondment", _SINCE, None, "MSE-INT", 30.0),
        Agreement(COUNCIL, NELFT, "secondment", _SINCE, None, "MSE-LEAD", 15.0),
    )


def _joint_posts() -> tuple[JointPost, ...]:
    """A partnership director shared with Thurrock Council, and two clinical posts shared by
    providers.
    """
    return (
        JointPost(
            "MSE-J01",
            "PDIR",
            ("MSE-LEAD", "MSE-INT"),
            ((NELFT, "MSE-THURROCK", 22.5), (COUNCIL, "MSE-ORSETT", 15.0)),
        ),
        JointPost(
            "MSE-J02",
            "RNS6",
            ("MSE-RESP",),
            ((PROVIDE, "MSE-BROOMFIELD", 18.75), (EPUT, "MSE-SOUTHEND", 18.75)),
        ),
        JointPost(
            "MSE-J03",
            "DN6",
            ("MSE-DN",),
            ((EPUT, "MSE-ROCHFORD", 22.5), (NELFT, "MSE-BASILDON", 15.0)),
        ),
    )
