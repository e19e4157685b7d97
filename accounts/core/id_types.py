"""Documents that prove who a person is (人员证件类型), with the codes of the insurance system."""

IDENTITY_CARD = "01"
ID_TYPES: dict[str, str] = {
    IDENTITY_CARD: "居民身份证(户口簿)",
    "02": "中国人民解放军军官证",
    "03": "中国人民武装警察警官证",
    "04": "香港特区护照/港澳居民来往内地通行证",
    "05": "澳门特区护照/港澳居民来往内地通行证",
    "06": "台湾居民来往大陆通行证",
    "07": "外国人永久居留证",
    "08": "外国人护照",
    "16": "中国护照",
    "17": "港澳台居民居住证",
    "99": "其他身份证件",
}
CODE_LENGTH = 2
NUMBER_LENGTH = 30
