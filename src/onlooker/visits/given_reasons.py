"""The SQL by which side tables explain visits: tickets that fit, review samples and projects that somebody approved.

Each text takes the place of a plainer one in `visits` only where its table was given, so that a log without side tables
costs nothing more.
"""

from __future__ import annotations

DAY_US = 86_400_000_000

CLOSED_DAYS = 7
"""A ticket goes on explaining visits for so long after it was closed."""

EARLY_US = 3_600_000_000
"""A record may be opened so long before its ticket is: the customer is on the telephone, the ticket comes after."""

UNLISTED_DAYS = 14
"""A ticket shown within this many days after the tickets table begins may be older than the table."""

# One ticket a visit: one that fits, else one that fits and that the agent opened, else any; of several the first shown.
# A ticket that the table does not know is believed where it can't be in there, being too old or too new.
BY_TICKET = """
SELECT agent_id, customer_id, day,
       min(first_us) AS first_us, max(last_us) AS last_us, min(hour) AS hour, bit_or(hours) AS hours,
       CAST(sum(events) AS BIGINT) AS events, CAST(sum(edits) AS BIGINT) AS edits,
       CAST(sum(exports) AS BIGINT) AS exports, CAST(sum(reveals) AS BIGINT) AS reveals,
       FALSE AS several, sum(off_shift) AS off_shift,
       substring(coalesce(min(CASE WHEN fits AND NOT own THEN shown END), min(CASE WHEN fits THEN shown END),
                          min(CASE WHEN unlisted THEN shown END), min(shown)), {after}) AS ticket_id,
       CASE WHEN count(*) FILTER (WHERE fits AND NOT own) > 0 THEN 'fits'
            WHEN count(*) FILTER (WHERE fits) > 0 THEN 'own'
            WHEN count(*) FILTER (WHERE unlisted) > 0 THEN 'unlisted'
            ELSE 'wrong' END AS ticket_fit
FROM (SELECT g.*, {shown} AS shown,
             t.ticket_id IS NOT NULL AND (t.opened_us IS NULL OR g.last_us >= t.opened_us - {early})
               AND (t.closed_us IS NULL OR g.first_us <= t.closed_us + {closed}) AS fits,
             coalesce(t.opened_by = coalesce(l.entity, g.agent_id), FALSE) AS own,
             g.ticket_id IS NOT NULL AND k.ticket_id IS NULL
               AND (g.first_us < s.first_us + {unlisted} OR g.last_us > s.last_us) AS unlisted
      FROM ({grouped}) g
      CROSS JOIN ctx_ticket_span s
      LEFT JOIN (SELECT DISTINCT ticket_id FROM ctx_tickets) k ON k.ticket_id = g.ticket_id
      LEFT JOIN (SELECT * FROM ctx_tickets WHERE customers <= {covers}) t
        ON t.ticket_id = g.ticket_id AND t.customer_id = g.customer_id
      LEFT JOIN ctx_logins l ON l.agent_id = g.agent_id AND g.day >= l.from_day AND g.day < l.to_day) judged
GROUP BY agent_id, customer_id, day
"""

GRACE_US = 1_800_000_000
"""A shift goes on for half an hour before and after."""
MARGIN_US = 4 * 3_600_000_000
"""So long before its first shift and after its last one a roster still tells."""

# Each line is judged: a second look at night is not the visit of the morning. Shifts that touch are one, so no line is
# found twice.
WITH_SHIFTS = f"""
SELECT e.*, CASE WHEN e.agent_id IN (SELECT agent_id FROM ctx_roster)
                  AND e.us >= r.first_us - {MARGIN_US} AND e.us < r.last_us + {MARGIN_US}
                 THEN CASE WHEN s.agent_id IS NULL THEN 1 ELSE 0 END END AS off_shift
FROM events e
LEFT JOIN ctx_roster s ON s.agent_id = e.agent_id AND s.utc_day = CAST((e.us - e.us % {DAY_US}) / {DAY_US} AS BIGINT)
  AND e.us >= s.start_us - {GRACE_US} AND e.us < s.end_us + {GRACE_US}
CROSS JOIN (SELECT min(start_us) AS first_us, max(end_us) AS last_us FROM ctx_roster) r
"""

FITS = """g.ticket_fit = 'fits' OR (g.ticket_fit = 'unlisted' AND coalesce(c.customers, 1) <= {covers})"""
"""Condition in the place of the plain one for `ticketed`, where the tickets table judges."""

# Who the agent is that day, and where: the log's word before the agents table's.
PLACES = """
SELECT d.agent_id, d.day, coalesce(d.team, a.team) AS team, coalesce(d.queue, a.queue) AS queue,
       coalesce(d.site, a.site) AS site, a.manager, coalesce(l.entity, d.agent_id) AS person
FROM event_days d
LEFT JOIN ctx_agents a ON a.agent_id = d.agent_id AND d.day >= a.from_day AND d.day < a.to_day
LEFT JOIN ctx_logins l ON l.agent_id = d.agent_id AND d.day >= l.from_day AND d.day < l.to_day
"""

# Standing of who asserts it: 2 somebody without an interest, 1 the agent's manager or team, 0 the agent, or nobody.
# Three joins, each by what the entry names, are look-ups; one with a choice of conditions compares all with all.
SAMPLED = """
SELECT agent_id, customer_id, day, max(standing) AS standing,
       coalesce(min(CASE WHEN standing = 2 THEN approver END), min(CASE WHEN standing = 1 THEN approver END),
                min(approver), 'nobody named') AS asserted_by
FROM (SELECT v.agent_id, v.customer_id, v.day, v.approver,
             CASE WHEN v.approver IS NULL OR v.approver = p.person OR v.approver = p.agent_id THEN 0
                  WHEN v.approver = p.manager OR v.approver_team = p.team THEN 1 ELSE 2 END AS standing
      FROM (SELECT v.agent_id, v.customer_id, v.day, c.site, c.queue, c.team, c.approver, c.approver_team
            FROM visit_groups v JOIN ctx_calendar c ON c.customer_id = v.customer_id
            WHERE (c.agent_id IS NULL OR c.agent_id = v.agent_id) AND {in_force}
            UNION ALL
            SELECT v.agent_id, v.customer_id, v.day, c.site, c.queue, c.team, c.approver, c.approver_team
            FROM visit_groups v JOIN ctx_calendar c ON c.agent_id = v.agent_id
            WHERE c.customer_id IS NULL AND {in_force}
            UNION ALL
            SELECT v.agent_id, v.customer_id, v.day, c.site, c.queue, c.team, c.approver, c.approver_team
            FROM visit_groups v JOIN ctx_calendar c ON c.from_day <= v.day AND v.day < c.to_day
            WHERE c.customer_id IS NULL AND c.agent_id IS NULL AND {in_force}) v
      JOIN visit_places p ON p.agent_id = v.agent_id AND p.day = v.day
      WHERE (v.site IS NULL OR v.site = p.site) AND (v.queue IS NULL OR v.queue = p.queue)
        AND (v.team IS NULL OR v.team = p.team)) asserted
GROUP BY agent_id, customer_id, day
"""
IN_FORCE = "c.kind IN ('project', 'sample') AND c.from_day <= v.day AND v.day < c.to_day"

NO_SAMPLE = "NULL AS standing, CAST(NULL AS STRING) AS asserted_by"
NO_CONTACT = "CAST(NULL AS STRING) AS contact"
OF_VISIT = "{0}.agent_id = h.agent_id AND {0}.customer_id = h.customer_id AND {0}.day = h.day"


def history(sampled: bool, contacted: bool) -> str:
    """SQL of `visit_history` with what review samples and contacts say of each visit, as far as there are any."""
    samples, sample = "", NO_SAMPLE
    if sampled:
        samples, sample = f" LEFT JOIN visit_samples s ON {OF_VISIT.format('s')}", "s.standing, s.asserted_by"
    contacts, contact = "", NO_CONTACT
    if contacted:
        contacts, contact = f" LEFT JOIN visit_contacts c ON {OF_VISIT.format('c')}", "c.contact"
    return f"(SELECT h.*, {sample}, {contact} FROM visit_history h{samples}{contacts}) h"
