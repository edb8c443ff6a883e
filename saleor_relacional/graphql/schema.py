"""Our part of the schema: what a host mounts. `RelationshipQueries`, `RelationshipMutations`, and `user_field` for
`User.relationship`."""

import graphene

from saleor_relacional.graphql.costs import COSTS
from saleor_relacional.graphql.mutations import campaigns as campaign_mutations
from saleor_relacional.graphql.mutations import segments as segment_mutations
from saleor_relacional.graphql.mutations.calendar import RelationshipCalendarRefresh
from saleor_relacional.graphql.mutations.consent import RelationshipConsentUpdate
from saleor_relacional.graphql.mutations.consent_texts import RelationshipConsentTextUpdate
from saleor_relacional.graphql.mutations.contact import (
    RelationshipContactNote,
    RelationshipContactPolicyUpdate,
    RelationshipTimeZoneDeclare,
)
from saleor_relacional.graphql.mutations.desk import people as people_mutations
from saleor_relacional.graphql.mutations.desk.attributes import RelationshipAttributeChoiceUpdate
from saleor_relacional.graphql.mutations.exclusions import (
    RelationshipExclusionCreate,
    RelationshipExclusionDelete,
)
from saleor_relacional.graphql.mutations.feedback.cases import (
    RelationshipCaseAnswer,
    RelationshipCaseClose,
    RelationshipCaseTake,
    RelationshipReplyNote,
)
from saleor_relacional.graphql.mutations.feedback.tell import RelationshipTell
from saleor_relacional.graphql.mutations.ledger.data import RelationshipDataExport, RelationshipErase
from saleor_relacional.graphql.mutations.ledger.remarks import (
    RelationshipPurchaseCorrect,
    RelationshipRemarkAccept,
    RelationshipRemarkAnswer,
    RelationshipRemarkCreate,
    RelationshipRemarkDelete,
)
from saleor_relacional.graphql.mutations.margin import RelationshipMarginSettingsUpdate
from saleor_relacional.graphql.mutations.messages import templates as template_mutations
from saleor_relacional.graphql.mutations.messages.look import RelationshipLookUpdate
from saleor_relacional.graphql.mutations.newsletter import RelationshipNewsletterSignup
from saleor_relacional.graphql.mutations.offers import RelationshipOfferApply
from saleor_relacional.graphql.mutations.policy import (
    RelationshipPolicyUpdate,
    RelationshipSenderUpdate,
    RelationshipShopUpdate,
)
from saleor_relacional.graphql.mutations.preferences import (
    RelationshipPreferencesUpdate,
    RelationshipTopicDeclare,
    RelationshipTopicDelete,
)
from saleor_relacional.graphql.mutations.rhythm import RelationshipRhythmDeclare, RelationshipRhythmWithdraw
from saleor_relacional.graphql.mutations.sending.provider import (
    RelationshipMailProviderUpdate,
    RelationshipSendingRestart,
)
from saleor_relacional.graphql.mutations.shop_control import RelationshipShopControlUpdate
from saleor_relacional.graphql.mutations.staff_tasks import (
    RelationshipStaffTaskFinish,
    RelationshipStaffTaskTake,
)
from saleor_relacional.graphql.queries.calendar import CalendarQueries
from saleor_relacional.graphql.queries.calibration import CalibrationQueries
from saleor_relacional.graphql.queries.campaigns import CampaignQueries
from saleor_relacional.graphql.queries.consent_texts import ConsentTextQueries
from saleor_relacional.graphql.queries.desk.desk import DeskQueries
from saleor_relacional.graphql.queries.feedback.cases import FeedbackQueries
from saleor_relacional.graphql.queries.health import HealthQueries
from saleor_relacional.graphql.queries.ledger.remarks import LedgerQueries
from saleor_relacional.graphql.queries.margin import MarginQueries
from saleor_relacional.graphql.queries.messages import MessageQueries
from saleor_relacional.graphql.queries.policy import PolicyQueries
from saleor_relacional.graphql.queries.profiles import ProfileQueries, user_field
from saleor_relacional.graphql.queries.segments import SegmentQueries
from saleor_relacional.graphql.queries.sending.outbox import SendingQueries
from saleor_relacional.graphql.queries.shop_control import ShopControlQueries
from saleor_relacional.graphql.queries.staff_tasks import StaffTaskQueries
from saleor_relacional.graphql.queries.topics import TopicQueries
from saleor_relacional.graphql.types import profile_plan, profile_segments
from saleor_relacional.graphql.types.desk import labels
from saleor_relacional.graphql.types.feedback import told
from saleor_relacional.graphql.types.ledger import ledger

__all__ = ["COSTS", "RelationshipMutations", "RelationshipQueries", "user_field"]

profile_segments.mount()
profile_plan.mount()
told.mount()
ledger.mount()
labels.mount()


class RelationshipQueries(
    ProfileQueries,
    CampaignQueries,
    CalendarQueries,
    PolicyQueries,
    ConsentTextQueries,
    MessageQueries,
    MarginQueries,
    HealthQueries,
    CalibrationQueries,
    SegmentQueries,
    ShopControlQueries,
    StaffTaskQueries,
    FeedbackQueries,
    LedgerQueries,
    TopicQueries,
    SendingQueries,
    DeskQueries,
):
    """What a host's Query gains."""


class RelationshipMutations(graphene.ObjectType):
    """What a host's Mutation gains."""

    relationship_consent_update = RelationshipConsentUpdate.Field()
    relationship_consent_text_update = RelationshipConsentTextUpdate.Field()
    relationship_newsletter_signup = RelationshipNewsletterSignup.Field()
    relationship_preferences_update = RelationshipPreferencesUpdate.Field()
    relationship_topic_declare = RelationshipTopicDeclare.Field()
    relationship_topic_delete = RelationshipTopicDelete.Field()
    relationship_campaign_create = campaign_mutations.RelationshipCampaignCreate.Field()
    relationship_campaign_update = campaign_mutations.RelationshipCampaignUpdate.Field()
    relationship_campaign_activate = campaign_mutations.RelationshipCampaignActivate.Field()
    relationship_campaign_pause = campaign_mutations.RelationshipCampaignPause.Field()
    relationship_calendar_refresh = RelationshipCalendarRefresh.Field()
    relationship_campaign_finish = campaign_mutations.RelationshipCampaignFinish.Field()
    relationship_margin_settings_update = RelationshipMarginSettingsUpdate.Field()
    relationship_policy_update = RelationshipPolicyUpdate.Field()
    relationship_shop_control_update = RelationshipShopControlUpdate.Field()
    relationship_contact_policy_update = RelationshipContactPolicyUpdate.Field()
    relationship_time_zone_declare = RelationshipTimeZoneDeclare.Field()
    relationship_contact_note = RelationshipContactNote.Field()
    relationship_exclusion_create = RelationshipExclusionCreate.Field()
    relationship_exclusion_delete = RelationshipExclusionDelete.Field()
    relationship_look_update = RelationshipLookUpdate.Field()
    relationship_template_update = template_mutations.RelationshipTemplateUpdate.Field()
    relationship_template_restore = template_mutations.RelationshipTemplateRestore.Field()
    relationship_test_mail_send = template_mutations.RelationshipTestMailSend.Field()
    relationship_mail_provider_update = RelationshipMailProviderUpdate.Field()
    relationship_sending_restart = RelationshipSendingRestart.Field()
    relationship_sender_update = RelationshipSenderUpdate.Field()
    relationship_rhythm_declare = RelationshipRhythmDeclare.Field()
    relationship_rhythm_withdraw = RelationshipRhythmWithdraw.Field()
    relationship_segment_create = segment_mutations.RelationshipSegmentCreate.Field()
    relationship_segment_update = segment_mutations.RelationshipSegmentUpdate.Field()
    relationship_segment_delete = segment_mutations.RelationshipSegmentDelete.Field()
    relationship_shop_update = RelationshipShopUpdate.Field()
    relationship_staff_task_take = RelationshipStaffTaskTake.Field()
    relationship_staff_task_finish = RelationshipStaffTaskFinish.Field()
    relationship_tell = RelationshipTell.Field()
    relationship_case_take = RelationshipCaseTake.Field()
    relationship_case_answer = RelationshipCaseAnswer.Field()
    relationship_case_close = RelationshipCaseClose.Field()
    relationship_reply_note = RelationshipReplyNote.Field()
    relationship_offer_apply = RelationshipOfferApply.Field()
    relationship_remark_create = RelationshipRemarkCreate.Field()
    relationship_remark_delete = RelationshipRemarkDelete.Field()
    relationship_remark_answer = RelationshipRemarkAnswer.Field()
    relationship_remark_accept = RelationshipRemarkAccept.Field()
    relationship_purchase_correct = RelationshipPurchaseCorrect.Field()
    relationship_data_export = RelationshipDataExport.Field()
    relationship_erase = RelationshipErase.Field()
    relationship_label_bulk_update = people_mutations.RelationshipLabelBulkUpdate.Field()
    relationship_staff_note_bulk_create = people_mutations.RelationshipStaffNoteBulkCreate.Field()
    relationship_staff_note_delete = people_mutations.RelationshipStaffNoteDelete.Field()
    relationship_exclusion_bulk_create = people_mutations.RelationshipExclusionBulkCreate.Field()
    relationship_attribute_choice_update = RelationshipAttributeChoiceUpdate.Field()
