"""Journeys of every day: each begins at the Wall and ends with the answer on screen."""

from __future__ import annotations

from tests.journeys.rig import Journey, through


@through("wall", "phones", "phone", "events")
def test_from_the_wall_to_a_refused_phone_why_since_when_and_what_else_failed_then(journey: Journey) -> None:
    journey.go(("4", "Kuenkel00001-007"), ("Enter", "› -007"))
    journey.ends(
        [
            "of Hugo Kuenkel is down since",
            "refused at sb2: wrong registration password, or its router rewrites H.323",
            "refused, down 10 h of 24 h",
        ]
    )
    journey.go(("w", "› Events"))
    journey.ends(
        ["media2 alarm RTP: STUN server not found in DNS", "Kuenkel00001 changed admin from 10.0.0.9"]
    )
    assert journey.pressed < 10


@through("natmaps", "customer")
def test_who_has_an_external_port(journey: Journey) -> None:
    journey.go((":port 9007\r", "/port=9007"))
    journey.ends(["9007 TCP 10.2.0.7:636 ldaps Zander00009"], without="Kuenkel00001")
    journey.go(("c", "› Zander00009"))
    journey.ends(["TRUNK", "9007"])


def test_a_port_that_nobody_has_is_said(journey: Journey) -> None:
    journey.go((":port 9042\r", "› NAT maps"))
    journey.ends(["/port=9042", "No map fits the filter. Esc clears it."])


@through("certificates")
def test_which_certificate_ends_next(journey: Journey) -> None:
    journey.go(("7", "› Certificates"))
    journey.ends(["443", "Kuenkel00001"])
    rows = [line for line in journey.terminal.text().splitlines() if "443" in line]
    assert "Kuenkel00001" in rows[0]


@through("alarms", "device")
def test_which_alarm_is_behind_it_and_what_the_device_says(journey: Journey) -> None:
    journey.go((":alarms\r", "› Alarms"), ("Escape", "OPEN ALARMS"))
    journey.go((":device sb1\r", "Devices › sb1"))
    journey.ends(["connection timed out"])


@through("devices", "collector")
def test_which_devices_are_not_read_and_how_the_reading_goes(journey: Journey) -> None:
    journey.go((":devices\r", "› Devices"), (":collector\r", "› Collector"))
    journey.ends(["6 of 52 readings cannot be had now.", "? sb1 0/6"])


@through("cluster", "phones")
def test_a_cluster_and_its_customers(journey: Journey) -> None:
    journey.go((":cluster sb2\r", "› sb2"), ("p", "› Registrations"))
    journey.ends(["/cluster=sb2"], without="Adler00002")


@through("changes")
def test_what_changed_lately(journey: Journey) -> None:
    journey.go(("3", "› Changes"))
    journey.ends(["NAT map", "sb1"])


@through("help", "messages")
def test_help_and_what_the_console_said(journey: Journey) -> None:
    journey.go(("?", "› Help"), ("Escape", "OPEN ALARMS"), (":nosuch\r", "There is no command"))
    journey.go((":messages\r", "› Messages"))
    journey.ends(["There is no command"])
