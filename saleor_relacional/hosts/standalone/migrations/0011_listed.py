from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relacional_shop", "0010_customer_attributes"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="listed",
            field=models.BooleanField(default=True),
        ),
    ]
