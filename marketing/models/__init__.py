from marketing.models.blog_post import BlogPost
from marketing.models.cms_media import CmsMedia
from marketing.models.cms_page import CmsPage
from marketing.models.page_view import PageView, VisitorSalt
from marketing.models.testimonial import Testimonial

__all__ = ["BlogPost", "CmsMedia", "CmsPage", "PageView", "Testimonial", "VisitorSalt"]
