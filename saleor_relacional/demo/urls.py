"""What the demo serves: the standalone shop and the mailbox."""

from saleor_relacional.demo.mailbox import web
from saleor_relacional.hosts.standalone import urls

urlpatterns = [*web.urlpatterns, *urls.urlpatterns]
