from kaichuang.places.operations.adopt_packs import adopt_packs
from kaichuang.places.operations.create_programme import create_programme
from kaichuang.places.operations.load_divisions import load_divisions
from kaichuang.places.operations.set_business_date import set_business_date
from kaichuang.places.operations.update_programme import update_programme

__all__ = ["adopt_packs", "create_programme", "load_divisions", "set_business_date", "update_programme"]
