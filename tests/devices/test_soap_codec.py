"""Envelopes: read as SOAP 1.1 writes them, references and faults too; nothing grows by being read."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from noc.devices.codec import soap
from noc.devices.codec.soap_calls import Scalar, answer, arguments, request, signature, struct_type, without
from noc.devices.codec.xmlrows import MAX_NODES, Row

NAMESPACE = "http://innovaphone.com/pbx"
INITIALIZE = signature("Initialize user:string appl:string v:boolean vx1000:boolean -> return:int key:int")
FROM_PHP = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
    b' xmlns:ns1="http://innovaphone.com/pbx" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    b"<SOAP-ENV:Body><ns1:Initialize><user>Kai &amp; Co</user><appl>x</appl><v>true</v>"
    b'<vx1000 xsi:nil="true"/></ns1:Initialize></SOAP-ENV:Body></SOAP-ENV:Envelope>\n'
)
REFERRING = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header/><e:Body>'
    b'<PollResponse><return href="#1"/></PollResponse>'
    b'<multiRef id="1" e:root="0"><user href="#2"/></multiRef>'
    b'<multiRef id="2"><item><cn>Ida</cn></item><item href="#3"/></multiRef>'
    b'<multiRef id="3"><cn>Kai</cn></multiRef></e:Body></e:Envelope>'
)

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
scalars = st.one_of(texts, st.integers(-(2**31), 2**31 - 1), st.booleans())


def below(row: Row, *places: int) -> Row:
    """The element below an element, by its place on each level."""
    for place in places:
        row = list(row.children)[place]
    return row


def test_a_call_as_php_writes_it() -> None:
    call = soap.read(FROM_PHP)
    assert call.element == "Initialize"
    assert arguments(INITIALIZE, call) == ["Kai & Co", "x", "true", ""]


def test_what_stands_elsewhere_is_put_in_its_place() -> None:
    told = soap.read(REFERRING)
    assert told.element == "PollResponse"
    users = below(told, 0, 0)
    assert [soap.part(item, "cn") for item in users.children] == ["Ida", "Kai"]


@pytest.mark.parametrize("target", ["#1", "#none", ""])
def test_a_circle_of_references_ends(target: str) -> None:
    document = REFERRING.replace(b'href="#2"', f'href="{target}"'.encode())
    assert soap.read(document).element == "PollResponse"


def test_references_cannot_multiply() -> None:
    """Each of 30 elements refers twice to the next: copied, that would be a thousand million."""
    chain = "".join(f'<m id="{n}"><a href="#{n + 1}"/><b href="#{n + 1}"/></m>' for n in range(1, 31))
    document = (
        f'<e:Envelope xmlns:e="{soap.ENVELOPE}"><e:Body><R><x href="#1"/></R>{chain}</e:Body></e:Envelope>'
    )
    row = below(soap.read(document.encode()), 0)
    for _ in range(29):
        assert [child.element for child in row.children] == ["a", "b"]
        row = below(row, 1)


@given(st.lists(scalars, min_size=4, max_size=4))
def test_what_is_written_is_read(values: list[Scalar]) -> None:
    read = arguments(INITIALIZE, soap.read(request(INITIALIZE, NAMESPACE, values)))
    words = [str(value).lower() if isinstance(value, bool) else str(value).strip() for value in values]
    assert read == words


@given(st.text(max_size=30))
def test_every_text_gives_an_envelope_that_others_can_read(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    document = answer(signature("Admin xml:string -> return:string"), NAMESPACE, [text])
    root = etree.fromstring(document)
    body = root.find(f"{{{soap.ENVELOPE}}}Body/{{{NAMESPACE}}}AdminResponse/return")
    assert body is not None
    assert soap.part(soap.read(document), "return") == (body.text or "").strip()


def test_arrays_and_structs() -> None:
    group = struct_type("Group group:string active:boolean")
    items = [soap.struct("item", group.name, soap.scalar("group", name)) for name in ("a", "b")]
    told = soap.read(soap.envelope("R", NAMESPACE, soap.array("return", group.name, items)))
    assert [soap.part(item, "group") for item in below(told, 0).children] == ["a", "b"]
    assert below(told, 0).attributes["SOAP-ENC:arrayType"] == "ns1:Group[2]"


def test_a_call_of_an_older_version() -> None:
    assert [field.name for field in without(INITIALIZE, ["vx1000", "tls"]).takes] == ["user", "appl", "v"]


@pytest.mark.parametrize("text", ["Poll session", "Poll -> return:"])
def test_a_call_that_lacks_a_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name:type"):
        signature(text)


def test_a_fault_says_why() -> None:
    with pytest.raises(soap.SoapFaultError, match="no <such> session") as caught:
        soap.read(soap.fault("Client", "no <such> session"))
    assert caught.value.code == "SOAP-ENV:Client"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "breaks off"),
        (b"?\r\n", "no well-formed"),
        (FROM_PHP[:200], "breaks off"),
        (b"<info/>", "root is <info>"),
        (FROM_PHP.replace(b"/soap/envelope/", b"/soap/other/"), "root is"),
        (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>', "no body"),
        (soap.envelope("x", "y", "").replace(b'<ns1:x xmlns:ns1="y"></ns1:x>', b""), "body is empty"),
        (b'<!DOCTYPE e [<!ENTITY a "b">]>' + FROM_PHP.partition(b"\n")[2], "document type"),
        (soap.envelope("x", "y", "<a>" * 20 + "</a>" * 20), "deeper"),
    ],
)
def test_what_is_no_envelope_is_refused(document: bytes, words: str) -> None:
    with pytest.raises(soap.SoapFormatError, match=words):
        soap.read(document)


def test_a_long_list_is_read_whole() -> None:
    items = [soap.struct("item", "UserInfo", soap.scalar("cn", str(n))) for n in range(MAX_NODES)]
    told = soap.read(soap.envelope("R", NAMESPACE, soap.array("return", "UserInfo", items)))
    assert len(below(told, 0).children) == MAX_NODES


def test_an_element_as_text() -> None:
    row = Row("user", {"cn": 'A "b" <c>'}, [Row("grp", {"name": "g"}), Row("note", {}, (), "x & y")])
    assert soap.markup(row) == (
        '<user cn="A &quot;b&quot; &lt;c&gt;"><grp name="g"/><note>x &amp; y</note></user>'
    )
