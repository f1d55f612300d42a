from django.http import HttpRequest, HttpResponse

from marketing.frame import draw
from marketing.models import CaseStudy
from marketing.pictures_in_text import drawn, with_cover
from marketing.public_page import needs_database, public_page
from marketing.texts import moved
from marketing.words import LIST_SUMMARY, LIST_TITLE


@needs_database
@public_page()
def case_study_list(request: HttpRequest) -> HttpResponse:
    studies = list(CaseStudy.objects.published().defer("body"))
    return draw(
        request, "marketing/case_study/list.html", title=LIST_TITLE, description=LIST_SUMMARY, og_slug="case-studies",
        studies=studies,
    )  # fmt: skip


@needs_database
@public_page()
def case_study_detail(request: HttpRequest, slug: str) -> HttpResponse:
    study = with_cover(CaseStudy).filter(slug=slug).first()
    return case_study_page(request, study) if study else moved(CaseStudy.objects.published(), slug)


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
