"""The nouns of the ground floor."""

from sdgcities.models.forms import Sent
from sdgcities.models.goals import Goal, Indicator, Target
from sdgcities.models.jobs import Job
from sdgcities.models.journal import Checkpoint, Entry, PublicKey, Subtree
from sdgcities.models.mail import Mail
from sdgcities.models.people import Invitation, Membership, Organisation, Role, User
from sdgcities.models.places import City, CityPermission, Country, IncomeGroup
from sdgcities.models.references import Counter
from sdgcities.models.salts import Salt
from sdgcities.models.sources import Source
from sdgcities.models.tokens import Token

__all__ = [
    "Checkpoint",
    "City",
    "CityPermission",
    "Counter",
    "Country",
    "Entry",
    "Goal",
    "IncomeGroup",
    "Indicator",
    "Invitation",
    "Job",
    "Mail",
    "Membership",
    "Organisation",
    "PublicKey",
    "Role",
    "Salt",
    "Sent",
    "Source",
    "Subtree",
    "Target",
    "Token",
    "User",
]
