"""Django settings of the standalone shop. Its servers come from the environment: DATABASE_URL, CELERY_BROKER_URL."""

import os
import tempfile
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

if "DATABASE_URL" not in os.environ:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. Set it, or put `python -m saleor_relacional.demo.servers` before the command,"
        " which starts a PostgreSQL and a broker for it, as `make demo` and `make test` do."
    )

SECRET_KEY = os.environ.get("SECRET_KEY", "a shop for trying things out; never serve it to the world")
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "saleor_relacional",
    "saleor_relacional.hosts.standalone",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.locale.LocaleMiddleware"]
ROOT_URLCONF = "saleor_relacional.hosts.standalone.urls"
STATIC_URL = "/static/"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=600)}
DATABASES["default"].setdefault("TEST", {})

RELACIONAL: dict[str, str] = {}
if "RELACIONAL_DATABASE_URL" in os.environ:
    # What a shop writes whose relationships have a database of their own (docs/sharding.md).
    DATABASES["relacional"] = dj_database_url.parse(os.environ["RELACIONAL_DATABASE_URL"], conn_max_age=600)
    DATABASES["relacional"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
    DATABASE_ROUTERS = ["saleor_relacional.routers.Router"]
    RELACIONAL["DATABASE"] = "relacional"

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CELERY_TASK_DEFAULT_QUEUE", "celery")
# How many tasks of a worker share one connection to the database; Celery's own way is a new one for each.
CELERY_DB_REUSE_MAX = int(os.environ.get("CELERY_DB_REUSE_MAX", "0")) or None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

EMAIL_HOST = os.environ.get("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "2525"))
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
MEDIA_ROOT = tempfile.gettempdir()
