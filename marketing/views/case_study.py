from django.http import HttpRequest, HttpResponse

from marketing.frame import draw
from marketing.models import CaseStudy
from marketing.pictures_in_text import drawn
from marketing.public_page import needs_database, public_page
from marketing.texts import moved

LIST_TITLE = "Case studies"
LIST_SUMMARY = "How firms work with Tickmark, with the figures they have measured."


@needs_database
@public_page()
def case_study_list(request: HttpRequest) -> HttpResponse:
    studies = list(CaseStudy.objects.published().defer("body"))
    return draw(request, "marketing/case_study/list.html", title=LIST_TITLE, description=LIST_SUMMARY, studies=studies)


@needs_database
@public_page()
def case_study_detail(request: HttpRequest, slug: str) -> HttpResponse:
    study = CaseStudy.objects.published().filter(slug=slug).first()
    return case_study_page(request, study) if study else moved(CaseStudy, slug)


def case_study_page(request: HttpRequest, study: CaseStudy) -> HttpResponse:
    return draw(
        request,
        "marketing/case_study/detail.html",
        title=study.title,
        description=study.summary,
        og_type="article",
        og_kind="case",
        og_slug=study.slug,
        study=study,
        body=drawn(study.body),
        schema={"@type": "Article", "headline": study.title, "description": study.summary},
    )
