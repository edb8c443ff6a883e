from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relacional_shop', '0006_offer_link'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='tax_rate',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5),
        ),
        migrations.AddField(
            model_name='price',
            name='cost',
            field=models.DecimalField(decimal_places=2, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name='orderline',
            name='net',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='orderline',
            name='list_net',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='orderline',
            name='returned',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('returned__lte', models.F('quantity'))), name='relacional_shop_line_back'),
        ),
    ]
