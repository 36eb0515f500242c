"""A small dataset by hand: three organisations, five people, one of them in a joint role."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE
from scheduler.domain.roster import AssignmentLine, RosterDocument, VacancyLine

Cells = dict[str, list[dict[str, str]]]


def _rows(columns: str, *lines: str) -> list[dict[str, str]]:
    names = columns.split(",")
    return [dict(zip(names, line.split(","), strict=True)) for line in lines]


def cells() -> Cells:
    """File -> rows; made anew for each caller, to be changed at will."""
    return {
        "collaborative": _rows("id,name", "ESX,Essex Partners"),
        "organisation": _rows(
            "id,name,kind",
            "R1,First Trust,nhs_trust",
            "R2,=Second+Community,cic",
            "R3,Third Hospice,charity",
        ),
        "membership": _rows(
            "collaborative_id,organisation_id,from_date,to_date",
            "ESX,R1,2026-01-01,",
            "ESX,R2,2026-01-01,",
            "ESX,R3,2026-01-01,2028-12-31",
        ),
        "place": _rows(
            "id,collaborative_id,name,population,need_weight",
            "BAS,ESX,Basildon,180000,1.25",
            "SND,ESX,Southend,181000,1",
        ),
        "site": _rows(
            "id,name,place_id,postcode,latitude,longitude",
            "X1,Brentwood Centre,BAS,CM15 8DR,51.62,0.3",
            "X2,Rochford House,SND,SS4 1RB,51.58,0.7",
        ),
        "travel_time": _rows("from_site_id,to_site_id,minutes", "X1,X2,32.5"),
        "service": _rows("id,collaborative_id,name", "UCR,ESX,Urgent community response"),
        "service_host": _rows("service_id,place_id,organisation_id", "UCR,BAS,R1", "UCR,SND,R2"),
        "role": _rows(
            "id,name,staff_group,band",
            "RN5,Nurse,nursing,5",
            "HCA3,Support worker,support,3",
            "GP,Doctor,medical,",
        ),
        "role_cover": _rows("role_id,covers_role_id", "RN5,HCA3"),
        "staff": _rows(
            "id,name,home_site_id,max_travel_minutes,accepts_other_hosts,wtr_opt_out",
            "S1,Ada Åström,X1,45,yes,no",
            "S2,Ben O'Neil,X1,,no,no",
            "S3,Cara,X2,60.5,yes,yes",
            "S4,Dev,X2,,yes,no",
            "S5,007,X1,,no,no",
        ),
        "contract": _rows(
            "id,staff_id,organisation_id,role_id,kind,hours_per_week,base_site_id,hourly_pence,from_date,to_date,joint_post_id",
            "C1,S1,R1,RN5,substantive,37.5,X1,1900,2024-04-01,,",
            "C2,S2,R1,HCA3,substantive,30,X1,1300,2024-04-01,2027-12-31,",
            "C3,S3,R2,RN5,substantive,20,X2,1900,2024-04-01,,J1",
            "C4,S3,R1,RN5,substantive,17.5,X1,1900,2024-04-01,,J1",
            "C5,S4,R2,HCA3,bank,0,X2,1300,2025-01-01,,",
            "C6,S5,R3,GP,substantive,10,X2,6000,2025-01-01,,",
        ),
        "competency": _rows("id,name,kind", "IV,Intravenous therapy,clinical"),
        "service_competency": _rows("service_id,role_id,competency_id", "UCR,,IV"),
        "staff_competency": _rows(
            "staff_id,competency_id,valid_from,valid_to", "S1,IV,2025-01-01,2028-01-01"
        ),
        "procedure": _rows("id,name", "IPC,Infection prevention"),
        "procedure_version": _rows(
            "procedure_id,organisation_id,version,from_date,to_date",
            "IPC,R1,1.0,2025-01-01,2025-12-31",
            "IPC,R1,2,2026-01-01,",
        ),
        "service_procedure": _rows("service_id,procedure_id", "UCR,IPC"),
        "sharing_agreement": _rows(
            "home_organisation_id,host_organisation_id,route,service_id,from_date,to_date,max_hours_per_week,recharge_percent",
            "R1,R2,digital_passport,,2026-01-01,,100.5,",
        ),
        "passport": _rows(
            "staff_id,host_organisation_id,route,issued_by_organisation_id,valid_from,valid_to,status,checks",
            "S1,,digital_passport,R1,2026-01-01,,active,identity|right_to_work|dbs",
            "S1,,digital_passport,R1,2026-01-01,,revoked,dbs",
        ),
        "shift_type": _rows(
            "id,name,start_time,end_time,unpaid_break_minutes",
            "E,Early,07:00,15:00,30",
            "N,Night,19:30,07:30,60",
        ),
        "demand": _rows(
            "id,service_id,site_id,date,shift_type_id,role_id,minimum,preferred,priority",
            "D1,UCR,X1,2027-01-11,E,RN5,1,2,3",
            "D2,UCR,X2,2027-01-11,N,RN5,1,,5",
            "D3,UCR,X2,2027-01-12,E,HCA3,1,,1",
        ),
        "demand_template": _rows(
            "service_id,site_id,weekday,shift_type_id,role_id,minimum,preferred,priority",
            "UCR,X1,3,E,RN5,1,,2",
        ),
        "preference": _rows("staff_id,date,shift_type_id,weight", "S1,2027-01-11,,-2.5"),
        "worked_shift": _rows(
            "staff_id,organisation_id,start,end,paid_minutes,pay,cost_pence",
            "S1,R1,2026-10-24T20:00,2026-10-25T08:00,720,overtime,23456",
        ),
        "pin": _rows("staff_id,demand_id", "S1,D1", "S2,T:UCR:X1:2027-01-13:E:RN5"),
        "enhancement": _rows("day_kind,band_from,band_to,percent", "saturday,4,9,30"),
        "temporary_supply": _rows(
            "id,kind,organisation_id,place_id,role_id,hourly_pence,max_shifts_per_week",
            "AG1,agency,R2,,RN5,4500,5",
        ),
    }


def dataset() -> Dataset:
    return Dataset.from_cells(cells())


def neighbours() -> Cells:
    """A second collaborative that shares organisation R2 with the first, and nothing else."""
    renamed = cells()
    text = {
        "ESX": "SFK",
        "BAS": "IPS",
        "SND": "LOW",
        "X1": "Y1",
        "X2": "Y2",
        "UCR": "UC2",
        "C1": "K1",
        "S1": "P1",
        "D1": "E1",
        "R1": "Q1",
        "R3": "Q3",
    }
    only = (
        "collaborative",
        "organisation",
        "membership",
        "place",
        "site",
        "service",
        "service_host",
        "role",
        "staff",
        "contract",
        "demand",
    )
    kept: Cells = {
        file: [{name: text.get(cell, cell) for name, cell in row.items()} for row in renamed[file]]
        for file in only
    }
    first = {"staff": ("P1",), "contract": ("K1",), "demand": ("E1",)}
    for file, ids in first.items():
        kept[file] = [row for row in kept[file] if row["id"] in ids]
    kept |= {
        file: renamed[file] for file in ("competency", "procedure", "shift_type", "enhancement")
    }
    kept["procedure_version"] = [
        {**row, "organisation_id": "Q1"} for row in renamed["procedure_version"]
    ]
    return kept


def write(tables: Mapping[str, list[dict[str, str]]], folder: Path) -> Path:
    """As somebody else would write it: only the columns that the rows have."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in tables.items():
        with (folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(
                stream, list(rows[0]) if rows else list(BY_FILE[file].model_fields)
            )
            writer.writeheader()
            writer.writerows(rows)
    return folder


def line(**changed: str) -> AssignmentLine:
    return AssignmentLine.model_validate(
        {
            "roster_id": "new",
            "demand_id": "D1",
            "staff_id": "S1",
            "contract_id": "C1",
            "employer_organisation_id": "R1",
            "host_organisation_id": "R1",
            "place_id": "BAS",
            "site_id": "X1",
            "service_id": "UCR",
            "role_id": "RN5",
            "start": "2027-01-11T07:00",
            "end": "2027-01-11T15:00",
            "paid_minutes": "450",
            "pay": "contracted",
            "cost_pence": "0",
            "contracted_minutes": "450",
            **changed,
        }
    )


def document(
    *lines: AssignmentLine,
    collaborative_id: str = "ESX",
    start: date = date(2027, 1, 11),
    days: int = 7,
) -> RosterDocument:
    vacancy = VacancyLine(
        roster_id="new",
        demand_id="D3",
        missing=1,
        cause="Nobody with a passport for Second+Community is free.",
    )
    summary = {
        "collaborative_id": collaborative_id,
        "period": {"start": start.isoformat(), "days": days},
        "status": "optimal",
        "hours": {"filled": 7.5},
    }
    supply = line(
        demand_id="D2",
        staff_id="",
        temporary_supply_id="AG1",
        contract_id="",
        pay="agency",
        start="2027-01-11T19:30",
        end="2027-01-12T07:30",
    )
    return RosterDocument(
        collaborative_id, start, days, lines or (line(), supply), (vacancy,), summary
    )
