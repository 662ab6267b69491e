"""Signatures by keys of SSH."""

import shutil
import subprocess
from pathlib import Path

import pytest

from landloom.provenance import signatures

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen")


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """Return a signed provenance; ``signers`` beside it allows its key."""
    run = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(tmp_path / "key")]
    subprocess.run(run, check=True)
    (tmp_path / "signers").write_text(f"me@here {(tmp_path / 'key.pub').read_text()}")
    path = tmp_path / "provenance.json"
    path.write_text("{}")
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / "key"), "-n", signatures.NAMESPACE, str(path)]
    subprocess.run(sign, check=True, capture_output=True)
    return path


def test_a_signature_is_checked(signed: Path, tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    assert signatures.problem(signed, signers) == ""
    assert signatures.problem(signed, None) == ""
    signed.write_text("{ }")
    assert signatures.problem(signed, signers) == "provenance.json.sig does not fit"
    assert signatures.problem(signed, None) == "provenance.json.sig does not fit"


def test_signatures_of_nobody_who_may_sign(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "signers").write_text("")
    assert "is of nobody in" in signatures.problem(signed, tmp_path / "signers")
    signed.with_name("provenance.json.sig").unlink()
    assert signatures.problem(signed, tmp_path / "signers") == "provenance.json.sig is missing"
    assert signatures.problem(signed, None) == ""


def test_what_is_lacking_for_a_check_is_told(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert signatures.problem(signed, tmp_path / "nobody") == f"{tmp_path}/nobody, who may sign, is no file"
    monkeypatch.setenv("PATH", "")
    assert signatures.problem(signed, None) == "provenance.json.sig cannot be checked: install OpenSSH (ssh-keygen)"


def test_signatures_of_other_things_and_of_keys_that_are_no_more_valid(signed: Path, tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    kind, key = (tmp_path / "key.pub").read_text().split()[:2]
    signers.write_text(f'me valid-before="20200101" {kind} {key}\n')
    assert "is of nobody in" in signatures.problem(signed, signers)
    signers.write_text(f'me namespaces="file" {kind} {key}\n')
    assert signatures.problem(signed, signers) != ""
    signers.write_text(f"me {kind} {key}\n")
    signature = signed.with_name("provenance.json.sig")
    signature.unlink()
    other = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / "key"), "-n", "file", str(signed)]
    subprocess.run(other, check=True, capture_output=True)
    assert signatures.problem(signed, signers) == "provenance.json.sig does not fit"
