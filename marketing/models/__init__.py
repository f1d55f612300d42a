from marketing.models.blog_author import BlogAuthor
from marketing.models.blog_post import BlogPost
from marketing.models.case_study import CaseStudy
from marketing.models.cms_media import CmsMedia
from marketing.models.cms_page import CmsPage
from marketing.models.cms_rendition import CmsRendition
from marketing.models.contact_message import ContactMessage, FormAttempt, SiteMail
from marketing.models.newsletter_signup import NewsletterSignup, NewsletterSuppression
from marketing.models.page_view import PageView, PageViewCount, VisitorSalt
from marketing.models.plan_offer import PlanOffer
from marketing.models.preview_link import PreviewLink
from marketing.models.testimonial import Testimonial
from marketing.models.text_revision import SlugRedirect, TextRevision

__all__ = [
    "BlogAuthor",
    "BlogPost",
    "CaseStudy",
    "CmsMedia",
    "CmsPage",
    "CmsRendition",
    "ContactMessage",
    "FormAttempt",
    "NewsletterSignup",
    "NewsletterSuppression",
    "PageView",
    "PageViewCount",
    "PlanOffer",
    "PreviewLink",
    "SiteMail",
    "SlugRedirect",
    "Testimonial",
    "TextRevision",
    "VisitorSalt",
]
