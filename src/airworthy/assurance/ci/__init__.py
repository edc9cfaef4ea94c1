"""A check's answer in the words of other tools: JUnit XML, SARIF, GitHub's workflow commands."""

from airworthy.assurance.ci.github import workflow_commands
from airworthy.assurance.ci.junit import junit_xml
from airworthy.assurance.ci.sarif import sarif_log
from airworthy.assurance.ci.told import Told, told

__all__ = ["Told", "junit_xml", "sarif_log", "told", "workflow_commands"]
