"""The WSDL that a device serves: written from the calls and types of the dialect, so that both agree.

SOAP 1.1 over HTTP, RPC style, encoded, arrays as the encoding's Array. Sources: WSDL 1.1 (W3C note, ch. 3);
device interface, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from noc.devices.codec.soap import ENCODING, SCHEMA
from noc.devices.codec.soap_calls import Field, Signature, StructType, signature, struct_type, without
from noc.devices.dialect import Dialect
from noc.lab.markup import element

_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_BINDING: Final = "http://schemas.xmlsoap.org/wsdl/soap/"
_HTTP: Final = "http://schemas.xmlsoap.org/soap/http"


def calls(words: Dialect, *, v10: bool = True) -> list[Signature]:
    """All calls of the service; those of V9 lack some arguments."""
    found = [signature(words[key]) for key in words if key.startswith("soap.call.")]
    later = words["soap.since-v10"].split()
    return found if v10 else [without(call, later) for call in found]


def wsdl(words: Dialect, address: str, *, v10: bool) -> str:
    """The document. address: of the service."""
    name, namespace = words["soap.service"], words["soap.namespace"]
    offered = calls(words, v10=v10)
    parts = (
        element("types", {}, _schema(words, namespace)),
        *(_message(call.name, call.takes) for call in offered),
        *(_message(call.answer, call.gives) for call in offered),
        element("portType", {"name": f"{name}PortType"}, "".join(map(_operation, offered))),
        _binding(name, namespace, offered),
        _service(name, address),
    )
    declared = {
        "name": name,
        "targetNamespace": namespace,
        "xmlns": _WSDL,
        "xmlns:tns": namespace,
        "xmlns:soap": _BINDING,
        "xmlns:xsd": SCHEMA,
        "xmlns:enc": ENCODING,
        "xmlns:wsdl": _WSDL,
    }
    return element("definitions", declared, "".join(parts))


def _schema(words: Dialect, namespace: str) -> str:
    structs = (struct_type(words[key]) for key in words if key.startswith("soap.type."))
    arrays = (words[key].split() for key in words if key.startswith("soap.array."))
    types = [*map(_struct, structs), *(_array(name, item) for name, item in arrays)]
    imported = element("xsd:import", {"namespace": ENCODING})
    return element("xsd:schema", {"targetNamespace": namespace}, imported + "".join(types))


def _struct(kind: StructType) -> str:
    fields = (
        element("xsd:element", {"name": field.name, "type": _type(field.kind), "minOccurs": "0"})
        for field in kind.fields
    )
    return element("xsd:complexType", {"name": kind.name}, element("xsd:all", {}, "".join(fields)))


def _array(name: str, item: str) -> str:
    holds = element("xsd:attribute", {"ref": "enc:arrayType", "wsdl:arrayType": f"tns:{item}[]"})
    restricted = element("xsd:restriction", {"base": "enc:Array"}, holds)
    return element("xsd:complexType", {"name": name}, element("xsd:complexContent", {}, restricted))


def _message(name: str, fields: Iterable[Field]) -> str:
    parts = (element("part", {"name": field.name, "type": _type(field.kind)}) for field in fields)
    return element("message", {"name": name}, "".join(parts))


def _operation(call: Signature) -> str:
    inner = element("input", {"message": f"tns:{call.name}"})
    inner += element("output", {"message": f"tns:{call.answer}"})
    return element("operation", {"name": call.name}, inner)


def _binding(name: str, namespace: str, offered: Iterable[Signature]) -> str:
    body = element("soap:body", {"use": "encoded", "namespace": namespace, "encodingStyle": ENCODING})
    bound = "".join(
        element(
            "operation",
            {"name": call.name},
            element("soap:operation", {"soapAction": f"{namespace}#{call.name}", "style": "rpc"})
            + element("input", {}, body)
            + element("output", {}, body),
        )
        for call in offered
    )
    style = element("soap:binding", {"style": "rpc", "transport": _HTTP})
    return element("binding", {"name": f"{name}Binding", "type": f"tns:{name}PortType"}, style + bound)


def _service(name: str, address: str) -> str:
    port = element(
        "port",
        {"name": f"{name}Port", "binding": f"tns:{name}Binding"},
        element("soap:address", {"location": address}),
    )
    return element("service", {"name": name}, port)


def _type(kind: str) -> str:
    return f"xsd:{kind}" if kind[:1].islower() else f"tns:{kind}"
