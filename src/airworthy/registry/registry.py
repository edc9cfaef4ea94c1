"""The registry of one workspace: every record is a ledger entry first."""

from __future__ import annotations

from airworthy.registry import records as r
from airworthy.registry.dossiers import DossierBook
from airworthy.registry.privacy import PrivacyBook
from airworthy.registry.releases import ReleaseBook
from airworthy.registry.scopes import ScopeBook
from airworthy.registry.spending import SpendBook
from airworthy.registry.watch import WatchBook


class Registry(ReleaseBook, DossierBook, WatchBook, SpendBook, PrivacyBook, ScopeBook):
    """Versions, evidence, signatures, gates, releases and what became of them.

    `RunBook` records runs, `SignatureBook` takes approvals and waivers, `PromotionBook` asks the gate,
    `ReleaseBook` makes versions live, `DossierBook` writes dossiers, `WatchBook` keeps what was expected
    and seen, `SpendBook` what it cost, `PrivacyBook` what it told of people, `ScopeBook` who signed off what
    is to be built. All of them read projections and write ledger entries.
    """

    def create_workspace(self, workspace_id: str, ledger_key: str, release: str) -> None:
        """Write the first entry, which names the workspace and the key that signs its ledger."""
        self._append(r.WorkspaceCreated(workspace_id, ledger_key, release), expect=0)
