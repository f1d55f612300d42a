from clients.models.assignment import ClientAssignment
from clients.models.client import Client
from clients.models.client_event import ClientEvent
from clients.models.client_import import ClientImport, ClientImportRow
from clients.models.contact import ClientContact
from clients.models.document import Document, DocumentVersion, RequestDocument
from clients.models.document_content import DocumentContent
from clients.models.document_intake import DocumentIntake
from clients.models.document_scan import DocumentScan
from clients.models.evidence_package import EvidencePackage
from clients.models.firm_deletion import DeletedFirm, FirmDeletion
from clients.models.firm_export import FirmExport
from clients.models.grant import ClientGrant
from clients.models.merge import ClientMerge
from clients.models.partial_upload import PartialUpload
from clients.models.project import Project
from clients.models.project_access import ProjectGrant, ProjectWall
from clients.models.relation import ClientRelation
from clients.models.request import InformationRequest
from clients.models.request_carryover import RequestCarryover
from clients.models.request_event import RequestEvent
from clients.models.request_list import RequestList
from clients.models.request_sample import RequestSample
from clients.models.request_template import RequestTemplate, RequestTemplateItem
from clients.models.saved_view import ListPreference, SavedView
from clients.models.tag import ClientTag, ClientTagging
from clients.models.wall import ClientWall

__all__ = [
    "Client",
    "ClientAssignment",
    "ClientContact",
    "ClientEvent",
    "ClientGrant",
    "ClientImport",
    "ClientImportRow",
    "ClientMerge",
    "ClientRelation",
    "ClientTag",
    "ClientTagging",
    "ClientWall",
    "DeletedFirm",
    "Document",
    "DocumentContent",
    "DocumentIntake",
    "DocumentScan",
    "DocumentVersion",
    "EvidencePackage",
    "FirmDeletion",
    "FirmExport",
    "InformationRequest",
    "ListPreference",
    "PartialUpload",
    "Project",
    "ProjectGrant",
    "ProjectWall",
    "RequestCarryover",
    "RequestDocument",
    "RequestEvent",
    "RequestList",
    "RequestSample",
    "RequestTemplate",
    "RequestTemplateItem",
    "SavedView",
]
