"""DSSE as its specification says, checked by a second implementation, and who may sign what."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from workspace_scene import SIGNERS, Scene, make_charter

from airworthy.adapters.keys import Ed25519Signer
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.kernel.result import Verdict
from airworthy.registry.dsse import IN_TOTO, open_envelope, pre_authentication_encoding, sign_envelope
from airworthy.registry.statements import APPROVAL, STATEMENT, WAIVER

LATER = datetime(2026, 6, 1, tzinfo=UTC)
SUBJECT = "group:sex=Female"


def test_the_vector_of_the_dsse_specification_comes_out() -> None:
    # https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md, "Test Vectors"
    assert pre_authentication_encoding("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pre_authentication_encoding("é", b"\x00") == b"DSSEv1 2 \xc3\xa9 1 \x00", "bytes, not characters"


def test_securesystemslib_accepts_our_envelope_and_we_accept_theirs() -> None:
    dsse = pytest.importorskip("securesystemslib.dsse")
    signer_module = pytest.importorskip("securesystemslib.signer")
    ours = Ed25519Signer(b"\x01" * 32)
    key = signer_module.SSlibKey.from_dict(
        ours.key_id,
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": ours.key_id}},
    )
    envelope = dsse.Envelope.from_dict(json.loads(json.dumps(sign_envelope(b'{"a":1}', ours))))
    assert set(envelope.verify([key], 1)) == {ours.key_id}

    theirs = signer_module.CryptoSigner.generate_ed25519()
    made = dsse.Envelope(b"hello", IN_TOTO, {})
    made.sign(theirs)
    public = theirs.public_key.keyval["public"]
    assert open_envelope(made.to_dict(), [public]) == (b"hello", public)


def test_an_altered_envelope_is_refused() -> None:
    signer = SIGNERS["ann"]
    envelope = sign_envelope(b"hello", signer)
    assert open_envelope(envelope, [signer.key_id]) == (b"hello", signer.key_id)
    with pytest.raises(IntegrityError, match="No declared key"):
        open_envelope({**envelope, "payload": base64.b64encode(b"hullo").decode()}, [signer.key_id])
    with pytest.raises(IntegrityError, match="No declared key"):
        open_envelope(envelope, [SIGNERS["bob"].key_id])
    with pytest.raises(IntegrityError, match="is of type text/plain"):
        open_envelope({**envelope, "payloadType": "text/plain"}, [signer.key_id])
    with pytest.raises(IntegrityError, match="cannot be read"):
        open_envelope({"payload": "%"}, [signer.key_id])


def test_an_approval_is_an_in_toto_statement_over_version_evidence_plan_and_charter(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    version = scene.to_staging(charter)
    scene.registry.approve("v1", "bob", SIGNERS["bob"], comment="looked at it", stamp="DEMO SIGNATURE")
    envelope = scene.registry.store.select("approvals")[0]["envelope"]
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["_type"] == STATEMENT == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == APPROVAL
    digests = {item["name"]: "sha256:" + item["digest"]["sha256"] for item in statement["subject"]}
    assert digests == {
        "v1": version.digest,
        "evidence": version.evidence,
        "plan": version.plan_digest,
        "charter": charter.digest,
    }
    assert statement["predicate"]["stamp"] == "DEMO SIGNATURE"


def test_the_author_cannot_approve_or_waive_their_own_run(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    version = scene.train(charter, author="ann")
    scene.measure(version.version, charter, Verdict.FAIL)
    with pytest.raises(InputError, match="ann made v1 and cannot sign for it"):
        scene.registry.approve("v1", "ann", SIGNERS["ann"])
    with pytest.raises(InputError, match="ann made v1 and cannot sign for it"):
        scene.registry.give_waiver(
            "v1", "FAI001", SUBJECT, "ann", SIGNERS["ann"], reason="because", expires=LATER
        )


def test_a_second_name_with_the_same_key_is_the_same_person(scene: Scene) -> None:
    from dataclasses import replace

    from airworthy.charter.model import Person

    charter = make_charter()
    double = Person("zoe", ("approver",), SIGNERS["ann"].key_id)
    charter = scene.declare(replace(charter, people=(*charter.people, double)))
    version = scene.train(charter, author="ann")
    scene.measure(version.version, charter)
    with pytest.raises(InputError, match="zoe made v1"):
        scene.registry.approve("v1", "zoe", SIGNERS["ann"])


def test_one_declared_person_approves_their_own_run_and_it_says_so(scene: Scene) -> None:
    charter = scene.declare(make_charter("ann", approvals=1))
    scene.to_staging(charter)
    scene.registry.approve("v1", "ann", SIGNERS["ann"])
    decision = scene.registry.decide_gate("v1", "production")
    assert decision.open
    assert decision.note == "self-approved"
    assert scene.registry.store.select("gates")[-1]["approvals"][0]["self_approved"] is True


def test_strangers_wrong_keys_and_people_without_the_role_cannot_approve(scene: Scene) -> None:
    from dataclasses import replace

    from airworthy.charter.model import Person

    charter = make_charter("ann", "bob")
    cem = Person("cem", ("expert",), SIGNERS["cem"].key_id)
    charter = scene.declare(replace(charter, people=(*charter.people, cem)))
    version = scene.train(charter)
    scene.measure(version.version, charter)
    with pytest.raises(InputError, match="eve is not declared"):
        scene.registry.approve("v1", "eve", SIGNERS["bob"])
    with pytest.raises(InputError, match="is not the one that the charter declares for bob"):
        scene.registry.approve("v1", "bob", SIGNERS["cem"])
    with pytest.raises(InputError, match=r"cem is not an approver.*Ask one of: ann, bob"):
        scene.registry.approve("v1", "cem", SIGNERS["cem"])


def test_nothing_can_be_approved_before_there_is_evidence(scene: Scene) -> None:
    scene.train(scene.declare(make_charter()))
    with pytest.raises(InputError, match="No evidence was recorded for v1"):
        scene.registry.approve("v1", "bob", SIGNERS["bob"])


def test_a_waiver_needs_a_reason_a_future_date_and_something_to_waive(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    version = scene.train(charter)
    scene.measure(version.version, charter, Verdict.FAIL)

    def waive(code: str, subject: str, reason: str, expires: datetime) -> None:
        scene.registry.give_waiver("v1", code, subject, "bob", SIGNERS["bob"], reason=reason, expires=expires)

    with pytest.raises(InputError, match=r"PER001 model is not.*open.*Open are: FAI001 group:sex=Female"):
        waive("PER001", "model", "because", LATER)
    with pytest.raises(InputError, match="needs a reason and a date in the future"):
        waive("FAI001", SUBJECT, " ", LATER)
    with pytest.raises(InputError, match="needs a reason and a date in the future"):
        waive("FAI001", SUBJECT, "because", scene.clock.now())
    waive("FAI001", SUBJECT, "because", LATER)
    envelope = scene.registry.store.select("waivers")[0]["envelope"]
    assert json.loads(base64.b64decode(envelope["payload"]))["predicateType"] == WAIVER
