"""The mechanism of rights on one object: what is granted to one person on one row, and nothing else.

Being superuser, staff or in a group gives nothing here (R-B10). Each floor keeps its own accessors.
"""

from typing import TypeVar, cast

from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, ForeignKey, Model, OuterRef, QuerySet, Subquery
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

from sdgcities.models import User

M = TypeVar("M", bound=Model)


def has(user: User | AnonymousUser, codename: str, obj: Model) -> bool:
    """Say whether CODENAME was granted to USER on OBJ; inactive and anonymous people have nothing."""
    if user.pk is None or not user.is_active:
        return False
    rows = _rows(type(obj)).objects.filter(user_id=user.pk, permission__codename=codename, content_object=obj)
    return rows.exists()


def granted(user: User | AnonymousUser, codename: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """Keep what CODENAME was granted on to USER, in one query.

    Asked row by row of guardian's own table: its `get_objects_for_user` joins by the name of the permission, which a
    planner takes for one row in hundreds, and reads all of a person's rights to show fifty (bench/bench_queue.py).
    """
    if user.pk is None or not user.is_active:
        return queryset.none()
    return queryset.filter(is_granted(user, codename, queryset.model))


def is_granted(user: User, codename: str, model: type[Model], through: str = "pk") -> Exists:
    """Whether CODENAME was granted to USER on the row of MODEL that is looked at, or that it reaches THROUGH a relation.

    For people who are active only. The permission is found by its model and name, which are unique together.
    """
    known = Permission.objects.filter(content_type=ContentType.objects.get_for_model(model), codename=codename)
    right = Subquery(known.order_by().values("pk"))
    return Exists(_rows(model).objects.filter(user_id=user.pk, permission=right, content_object=OuterRef(through)))


def grant(user: User, codename: str, obj: Model) -> None:
    """Grant CODENAME on OBJ to USER; granting twice changes nothing."""
    _rows(type(obj))
    assign_perm(f"{obj._meta.app_label}.{codename}", user, obj)


def revoke(user: User, codename: str, obj: Model) -> None:
    """Take CODENAME on OBJ from USER at once (R-H4)."""
    _rows(type(obj))
    remove_perm(f"{obj._meta.app_label}.{codename}", user, obj)


def _rows(model: type[Model]) -> type[UserObjectPermissionBase]:
    """Find the direct-foreign-key rows: generic ones outlive their object and would apply to a reused key."""
    rows = cast("type[UserObjectPermissionBase]", get_user_obj_perms_model(cast("Model", model)))
    known = {field.name: field for field in rows._meta.get_fields()}
    if not isinstance(known.get("content_object"), ForeignKey):
        message = f"{model.__name__} has no permission rows of its own."
        raise TypeError(message)
    return rows
