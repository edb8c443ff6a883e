from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relacional_shop", "0003_categories_and_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
