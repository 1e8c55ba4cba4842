"""The audience part of a brief: who enters, who stays out, through which channels, when, and under which rules."""

from __future__ import annotations

from copilot.drafts.brief import Audience, ChannelUse, Timing, Touchpoint
from copilot.drafts.compose_persona import send_window
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Estimate, Gap, SegmentCard
from copilot.drafts.play import Contact
from copilot.drafts.portrait import SHOP_OWNER
from copilot.drafts.saying import known
from copilot.drafts.setting import Setting
from copilot.drafts.targets import HOLDOUT_SHARE, share_figure
from copilot.statistics.result import Figure

EXPORT = "Shopify > Customers > Export, or Klaviyo > Lists & segments > Export; it takes a few minutes."


def audience(setting: Setting) -> Audience:
    """Entry rule with size, reach, exclusions and exits."""
    return Audience(
        segment=_segment(setting),
        reachable=_reach(setting),
        exclusions=_exclusions(setting),
        exit_criteria=_exits(setting),
    )


def _segment(setting: Setting) -> SegmentCard | Gap:
    if not setting.sized or setting.people is None:
        return Gap(
            what=f"Cannot size the {setting.play.stage} stage from orders alone: it needs "
            + (
                "people who know you and have not bought."
                if setting.play.stage == "warm"
                else "people who do not know you yet."
            ),
            who=SHOP_OWNER,
            how=f"Export: {EXPORT}"
            + (
                " For anonymous visitors: GA4 > Reports > Acquisition > Download CSV."
                if setting.play.stage == "cold"
                else ""
            ),
        )
    return setting.findings.card(buyers=setting.play.stage == "hot")


def _reach(setting: Setting) -> Estimate | Gap:
    if setting.reachable is not None and known(setting.reachable):
        return setting.findings.say.estimate("Reachable by e-mail, with consent", setting.reachable)
    return Gap(what="Who of them may be mailed: consent is not in the loaded files.", who=SHOP_OWNER, how=EXPORT)


def _exclusions(setting: Setting) -> Claims:
    findings, play = setting.findings, setting.play
    claims: list[Claim] = [
        findings.guided(
            "No consent, unsubscribed or bounced: never mailed, whatever the stage",
            "consent e-mail audience exclude unsubscribed",
            "A26",
        )
    ]
    share = share_figure("holdout_share", "Hold-out, share of the audience", HOLDOUT_SHARE)
    claims.append(findings.say.claim("The hold-out: {share} of the audience, drawn at random.", share=share))
    quartile = findings.rhythm.gap_p25
    if play.stage == "hot" and play.sub_stage != "hot_lapsed" and known(quartile):
        claims.append(
            findings.say.claim(
                "Ordered less than {days} ago: they need no push yet.",
                days=quartile,
            )
        )
    claims.append(
        findings.guided(
            "An open complaint, refund or support ticket: settle that first",
            "exclude customers with open complaints or refunds",
            "A09",
        )
    )
    if play.stage != "hot":
        claims.append(
            findings.guided(
                "Anyone with an order: they belong to the hot stage", "hot customers segment own list", "A13"
            )
        )
    return tuple(claims)


def _exits(setting: Setting) -> Claims:
    return (
        setting.findings.guided(
            "An order, an unsubscribe, a complaint or a refund ends the campaign for that person at once",
            "exit on order flow trigger and filters",
            "A14" if setting.play.stage == "hot" else "A12",
        ),
    )


def tools(setting: Setting) -> Claim:
    """Where e-mail is set up, by the platform the files come from."""
    formats = " ".join(source.format for source in setting.findings.context.tables.facts.sources).lower()
    if "shopify" in formats:
        text = "Klaviyo: your orders come from Shopify, which it connects to"
    elif "woo" in formats or "wordpress" in formats:
        text = "ActiveCampaign or Kit: your orders come from WordPress"
    else:
        text = "Klaviyo if the shop runs on Shopify; ActiveCampaign or Kit on WordPress"
    return setting.findings.guided(text, "Klaviyo Shopify ActiveCampaign ConvertKit WordPress tools", "A13")


def channels(setting: Setting) -> tuple[ChannelUse, ...]:
    """E-mail, and beside it the one channel the stage calls for."""
    findings, reach = setting.findings, _reach(setting)
    mail_text = {
        "cold": "Teach: the series reaches only those who left an address, so the form comes first",
        "warm": "Carry the first order: these people asked to hear from you",
        "hot": "Carry the campaign: it reaches customers one by one and can be held out at random",
    }[setting.play.stage]
    question, article = {
        "cold": ("e-mail education series for cold customers", "A11"),
        "warm": ("welcome new subscribers first purchase by e-mail", "A12"),
        "hot": ("hot customers e-mail list latest arrivals", "A13"),
    }[setting.play.stage]
    mail = ChannelUse(
        channel="E-mail", role=findings.guided(mail_text, question, article), reach=reach, set_up=tools(setting)
    )
    second_name, second_text, second_question, second_article, second_set_up = {
        "cold": (
            "Blog, video or podcast",
            "Be found by people who look for the problem, and lead them to the form",
            "blog video podcast content for cold customers",
            "A11",
            "The shop's blog; a link to the sign-up form in every piece",
        ),
        "warm": (
            "Retargeting ads, if you run any",
            "Show visitors who left the lead magnet, not the product",
            "retargeting with a lead magnet",
            "A12",
            "The ad account, with consent for sharing an audience",
        ),
        "hot": (
            "Shop pages and basket",
            "Show related products where they decide",
            "upsells cross-sells related options on the site",
            "A13",
            "The related-products block of the shop theme",
        ),
    }[setting.play.stage]
    second = ChannelUse(
        channel=second_name,
        role=findings.guided(second_text, second_question, second_article),
        reach=Gap(
            what=f"Reach of {second_name.lower()}: visits are not in the loaded files.",
            who="web analytics",
            how="GA4 > Reports > Acquisition > Download CSV.",
        ),
        set_up=findings.guided(second_set_up, second_question, second_article),
    )
    return mail, second


def touchpoints(setting: Setting) -> tuple[Touchpoint, ...]:
    """The contacts of the play, timed by the shop's own rhythm where the play has a clock."""
    return tuple(
        Touchpoint(
            order=contact.copy.touchpoint,
            channel="E-mail",
            when=_when(setting, contact),
            job=contact.job,
            call_to_action=contact.copy.call_to_action,
        )
        for contact in setting.play.contacts
    )


def _when(setting: Setting, contact: Contact) -> Claim:
    clock: Figure | None = getattr(setting.findings.rhythm, contact.clock) if contact.clock else None
    if clock is not None and known(clock):
        return setting.findings.say.claim(f"{contact.when}.", clock=clock)
    text = contact.when.replace("{clock}", "After your own usual gap, once it is known,")
    return setting.findings.advise(text, f"{setting.play.name} e-mail timing", setting.play.article)


def timing(setting: Setting) -> Timing:
    """Start, end and the send window."""
    findings, found = setting.findings, setting.findings.everyone.timing
    window: Claim | Gap | None = send_window(findings, found)
    if window is None:
        window = findings.say.propose_untested(
            "No weekday or hour stands out in the orders, so any working day will do.",
            "Send to a random part of the audience on another day and compare orders per recipient.",
        )
    reason: Claim
    if setting.play.stage == "hot":
        reason = findings.say.claim(
            "Orders count for {window} from the start, set by the shop's own rhythm ({gap} at the long end of usual "
            "gaps).",
            window=setting.plan.window(),
            gap=findings.rhythm.gap_p80,
        )
    else:
        reason = findings.say.claim(
            "Orders count for {window} from the start; the next reading of new customers then covers a whole month.",
            window=setting.plan.window(),
        )
    return Timing(start=setting.plan.start, end=setting.plan.end, send_window=window, reason=reason)


def compliance(setting: Setting) -> Claims:
    """Consent and the rules of a mailing; a reminder, not legal advice."""
    findings = setting.findings
    claims: list[Claim] = []
    if setting.sized and known(findings.profile.reachable):
        profile = findings.profile
        claims.append(
            findings.say.claim(
                "Of {all:noun} {yes} have e-mail consent, {no} have declined, and for {unknown} it is unknown, which "
                "counts as no.",
                yes=profile.reachable,
                all=profile.size,
                no=profile.not_consenting,
                unknown=profile.consent_unknown,
            )
        )
    claims.append(
        findings.guided(
            "Stage is not permission: check consent on the day of sending. Every mail names the sender, carries an "
            "address "
            "and a working way out. The audience file holds personal data: delete it after the upload. A reminder, not "
            "legal advice",
            "consent rules unsubscribe CAN-SPAM GDPR",
            "A26",
        )
    )
    return tuple(claims)
