"""Every action, typed; written by `python -m clients.generator` from the catalogue."""

from collections.abc import Sequence
from typing import Any, Literal, TypedDict, Union

from typing_extensions import NotRequired

from .answers import Answer, FileAnswer
from .files import FileLike, Progress

class HeygenGetTemplatePathParams(TypedDict):
    template_id: str | int

class HeygenGenerateTemplateVideoPathParams(TypedDict):
    template_id: str | int

class HeygenGenerateTemplateVideoBodyDimension(TypedDict):
    width: NotRequired[int]
    height: NotRequired[int]

class HeygenGenerateTemplateVideoBody(TypedDict):
    title: NotRequired[str]
    caption: NotRequired[bool]
    variables: dict[str, Any]
    dimension: NotRequired[HeygenGenerateTemplateVideoBodyDimension]
    include_gif: NotRequired[bool]
    enable_sharing: NotRequired[bool]
    folder_id: NotRequired[str]
    brand_voice_id: NotRequired[str]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]
    test: NotRequired[bool]

class HeygenGenerateVideoBodyDimension(TypedDict):
    width: int
    height: int

class HeygenGenerateVideoBodyVideoInputsItemCharacter1Offset(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]

class HeygenGenerateVideoBodyVideoInputsItemCharacter1(TypedDict):
    type: Literal["avatar"]
    avatar_id: str
    scale: NotRequired[float]
    avatar_style: NotRequired[Literal["circle", "closeUp", "normal"]]
    offset: NotRequired[HeygenGenerateVideoBodyVideoInputsItemCharacter1Offset]
    matting: NotRequired[bool]
    circle_background_color: NotRequired[str]

class HeygenGenerateVideoBodyVideoInputsItemCharacter2Offset(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]

class HeygenGenerateVideoBodyVideoInputsItemCharacter2(TypedDict):
    type: Literal["talking_photo"]
    talking_photo_id: str
    scale: NotRequired[float]
    talking_photo_style: NotRequired[str]
    talking_style: NotRequired[Literal["stable", "expressive"]]
    expression: NotRequired[Literal["default", "happy"]]
    super_resolution: NotRequired[bool]
    offset: NotRequired[HeygenGenerateVideoBodyVideoInputsItemCharacter2Offset]
    matting: NotRequired[bool]
    circle_background_color: NotRequired[str]

class HeygenGenerateVideoBodyVideoInputsItemVoice1(TypedDict):
    type: Literal["text"]
    voice_id: str
    input_text: str
    speed: NotRequired[float]
    pitch: NotRequired[float]
    emotion: NotRequired[Literal["Excited", "Friendly", "Serious", "Soothing", "Broadcaster"]]
    locale: NotRequired[str]

class HeygenGenerateVideoBodyVideoInputsItemVoice2(TypedDict):
    type: Literal["audio"]
    audio_url: NotRequired[str]
    audio_asset_id: NotRequired[str]

class HeygenGenerateVideoBodyVideoInputsItemVoice3(TypedDict):
    type: Literal["silence"]
    duration: NotRequired[float]

class HeygenGenerateVideoBodyVideoInputsItemBackground1(TypedDict):
    type: Literal["color"]
    value: str

class HeygenGenerateVideoBodyVideoInputsItemBackground2(TypedDict):
    type: Literal["image"]
    url: NotRequired[str]
    image_asset_id: NotRequired[str]
    fit: NotRequired[Literal["cover", "contain"]]

class HeygenGenerateVideoBodyVideoInputsItemBackground3(TypedDict):
    type: Literal["video"]
    url: NotRequired[str]
    video_asset_id: NotRequired[str]
    play_style: NotRequired[str]
    fit: NotRequired[Literal["cover", "contain"]]

class HeygenGenerateVideoBodyVideoInputsItem(TypedDict):
    character: Union[HeygenGenerateVideoBodyVideoInputsItemCharacter1, HeygenGenerateVideoBodyVideoInputsItemCharacter2]
    voice: Union[HeygenGenerateVideoBodyVideoInputsItemVoice1, HeygenGenerateVideoBodyVideoInputsItemVoice2, HeygenGenerateVideoBodyVideoInputsItemVoice3]
    background: NotRequired[Union[HeygenGenerateVideoBodyVideoInputsItemBackground1, HeygenGenerateVideoBodyVideoInputsItemBackground2, HeygenGenerateVideoBodyVideoInputsItemBackground3]]

class HeygenGenerateVideoBody(TypedDict):
    title: NotRequired[str]
    caption: NotRequired[bool]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]
    folder_id: NotRequired[str]
    test: NotRequired[bool]
    aspect_ratio: NotRequired[str | None]
    dimension: NotRequired[HeygenGenerateVideoBodyDimension]
    video_inputs: Sequence[HeygenGenerateVideoBodyVideoInputsItem]

class HeygenVideoStatusQuery(TypedDict):
    video_id: str

class HeygenListVideosQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]
    folder_id: NotRequired[str]
    title: NotRequired[str]

class HeygenDeleteVideoQuery(TypedDict):
    video_id: str

class HeygenTranslateVideoBody(TypedDict):
    video_url: NotRequired[str]
    video_id: NotRequired[str]
    title: NotRequired[str]
    output_language: str
    output_languages: NotRequired[Sequence[str]]
    translate_audio_only: NotRequired[bool]
    speaker_num: NotRequired[int]
    enable_dynamic_duration: NotRequired[bool]
    keep_the_same_format: NotRequired[bool]
    mode: NotRequired[Literal["fast", "quality"]]
    brand_voice_id: NotRequired[str]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]
    stock_voice_config: NotRequired[dict[str, Any]]

class HeygenTranslationStatusPathParams(TypedDict):
    video_translate_id: str | int

class HeygenGetAssetPathParams(TypedDict):
    asset_id: str | int

class HeygenPhotoAvatarTrainStatusPathParams(TypedDict):
    photo_avatar_id: str | int

class HeygenAddWebhookBody(TypedDict):
    url: str
    events: NotRequired[Sequence[str]]
    entity_id: NotRequired[str]

class HeygenDeleteWebhookQuery(TypedDict):
    endpoint_id: str

class HeygenGetTemplateDetailsPathParams(TypedDict):
    template_id: str | int

class HeygenCreateWebmVideoBodyDimension(TypedDict):
    width: NotRequired[int]
    height: NotRequired[int]

class HeygenCreateWebmVideoBody(TypedDict):
    avatar_pose_id: NotRequired[str]
    avatar_style: NotRequired[Literal["normal", "closeUp"]]
    input_text: NotRequired[str]
    voice_id: NotRequired[str]
    input_audio: NotRequired[str]
    dimension: NotRequired[HeygenCreateWebmVideoBodyDimension]

class HeygenCreateAvatarIvVideoBody(TypedDict):
    image_key: str
    script: str
    voice_id: str
    video_title: NotRequired[str]
    video_orientation: NotRequired[Literal["portrait", "landscape", "square"]]
    fit: NotRequired[Literal["cover", "contain"]]
    custom_motion_prompt: NotRequired[str]
    enhance_custom_motion_prompt: NotRequired[bool]
    audio_url: NotRequired[str]
    audio_asset_id: NotRequired[str]

class HeygenGenerateVideoAgentBodyConfig(TypedDict):
    duration_sec: NotRequired[int]
    avatar_id: NotRequired[str]
    orientation: NotRequired[Literal["portrait", "landscape"]]

class HeygenGenerateVideoAgentBodyFilesItem(TypedDict):
    asset_id: str

class HeygenGenerateVideoAgentBody(TypedDict):
    prompt: str
    config: NotRequired[HeygenGenerateVideoAgentBodyConfig]
    files: NotRequired[Sequence[HeygenGenerateVideoAgentBodyFilesItem]]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]

class HeygenShareVideoBody(TypedDict):
    video_id: str

class HeygenGetTranslationCaptionQuery(TypedDict):
    video_translate_id: str
    caption_type: Literal["vtt"]

class HeygenCreateProofreadBody(TypedDict):
    video_url: str
    title: str
    output_language: NotRequired[str]
    output_languages: NotRequired[Sequence[str]]
    brand_voice_id: NotRequired[str]
    speaker_num: NotRequired[int]
    folder_id: NotRequired[str]
    enable_video_stretching: NotRequired[bool]
    disable_music_track: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]

class HeygenGetProofreadStatusPathParams(TypedDict):
    proofread_id: str | int

class HeygenDownloadProofreadSrtPathParams(TypedDict):
    proofread_id: str | int

class HeygenUploadProofreadSrtPathParams(TypedDict):
    proofread_id: str | int

class HeygenUploadProofreadSrtBody(TypedDict):
    srt_file_url: str

class HeygenGenerateProofreadVideoPathParams(TypedDict):
    proofread_id: str | int

class HeygenGenerateProofreadVideoBody(TypedDict):
    captions: NotRequired[bool]
    translate_audio_only: NotRequired[bool]
    callback_url: NotRequired[str]

class HeygenGeneratePhotoAvatarPhotosBody(TypedDict):
    name: str
    age: Literal["Young Adult", "Early Middle Age", "Late Middle Age", "Senior", "Unspecified"]
    gender: Literal["Woman", "Man", "Unspecified"]
    ethnicity: Literal["White", "Black", "Asian American", "East Asian", "South East Asian", "South Asian", "Middle Eastern", "Pacific", "Hispanic", "Unspecified"]
    orientation: Literal["square", "horizontal", "vertical"]
    pose: Literal["half_body", "close_up", "full_body"]
    style: Literal["Realistic", "Pixar", "Cinematic", "Vintage", "Noir", "Cyberpunk", "Unspecified"]
    appearance: str

class HeygenGeneratePhotoAvatarLooksBody(TypedDict):
    group_id: str
    prompt: str
    orientation: Literal["square", "horizontal", "vertical"]
    pose: Literal["half_body", "close_up", "full_body"]
    style: Literal["Realistic", "Pixar", "Cinematic", "Vintage", "Noir", "Cyberpunk", "Unspecified"]

class HeygenGetPhotoGenerationStatusPathParams(TypedDict):
    generation_id: str | int

class HeygenCreatePhotoAvatarGroupBody(TypedDict):
    name: str
    image_key: str
    generation_id: NotRequired[str]

class HeygenAddPhotoAvatarLooksBody(TypedDict):
    group_id: str
    image_keys: Sequence[str]
    name: str
    generation_id: NotRequired[str]

class HeygenTrainPhotoAvatarGroupBody(TypedDict):
    group_id: str

class HeygenGetPhotoAvatarTrainingStatusPathParams(TypedDict):
    group_id: str | int

class HeygenAddPhotoAvatarMotionBody(TypedDict):
    id: str
    prompt: NotRequired[str]
    motion_type: NotRequired[str]

class HeygenAddPhotoAvatarSoundEffectBody(TypedDict):
    id: str

class HeygenUpscalePhotoAvatarBody(TypedDict):
    id: str

class HeygenGetPhotoAvatarPathParams(TypedDict):
    id: str | int

class HeygenDeletePhotoAvatarPathParams(TypedDict):
    id: str | int

class HeygenDeletePhotoAvatarGroupPathParams(TypedDict):
    group_id: str | int

class HeygenListAvatarGroupsQuery(TypedDict):
    include_public: NotRequired[bool]

class HeygenListAvatarsInGroupPathParams(TypedDict):
    group_id: str | int

class HeygenGetAvatarDetailsPathParams(TypedDict):
    avatar_id: str | int

class HeygenSearchPublicAvatarGroupsQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]
    query: NotRequired[str]
    search_tags: NotRequired[str]
    list_filter: NotRequired[str]

class HeygenCreateVideoAvatarBody(TypedDict):
    training_footage_url: str
    video_consent_url: str
    avatar_name: str
    avatar_group_id: NotRequired[str]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]

class HeygenGetVideoAvatarPathParams(TypedDict):
    avatar_id: str | int

class HeygenDeleteVideoAvatarPathParams(TypedDict):
    avatar_id: str | int

class HeygenPreviewVoicePathParams(TypedDict):
    voice_id: str | int

class HeygenPreviewVoiceBody(TypedDict):
    text_type: NotRequired[Literal["plain", "ssml"]]
    text: str
    voice_id: str
    settings: NotRequired[dict[str, Any]]
    with_timestamps: NotRequired[bool]
    generation_type: NotRequired[Literal["preview"]]

class HeygenTextToSpeechBody(TypedDict):
    text: str
    voice_id: str
    speed: NotRequired[float]

class HeygenListBrandVoicesQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]
    name_only: NotRequired[bool]

class HeygenUpdateBrandVoicePathParams(TypedDict):
    brand_voice_id: str | int

class HeygenUpdateBrandVoiceBody(TypedDict):
    name: NotRequired[str]
    blacklist: NotRequired[Sequence[str]]
    whitelist: NotRequired[Sequence[dict[str, Any]]]
    tones: NotRequired[Sequence[dict[str, Any]]]
    vocabulary: NotRequired[Sequence[dict[str, Any]]]
    tone: NotRequired[str]

class HeygenDeleteTalkingPhotoPathParams(TypedDict):
    id: str | int

class HeygenListAssetsQuery(TypedDict):
    folder_id: NotRequired[str]
    file_type: NotRequired[Literal["audio", "video", "image"]]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenDeleteAssetPathParams(TypedDict):
    asset_id: str | int

class HeygenListFoldersQuery(TypedDict):
    limit: NotRequired[int]
    parent_id: NotRequired[str]
    name_filter: NotRequired[str]
    is_trash: NotRequired[bool]
    token: NotRequired[str]

class HeygenCreateFolderBody(TypedDict):
    name: str
    project_type: NotRequired[Literal["video_translate", "instant_avatar", "video", "asset", "brand_kit", "mixed"]]
    parent_id: NotRequired[str]

class HeygenUpdateFolderPathParams(TypedDict):
    folder_id: str | int

class HeygenUpdateFolderBody(TypedDict):
    name: str

class HeygenTrashFolderPathParams(TypedDict):
    folder_id: str | int

class HeygenRestoreFolderPathParams(TypedDict):
    folder_id: str | int

class HeygenUpdateWebhookBody(TypedDict):
    endpoint_id: str
    url: str
    events: NotRequired[Sequence[str]]

class HeygenAddPersonalizedContactBody(TypedDict):
    project_id: str
    variables_list: Sequence[dict[str, Any]]

class HeygenGetPersonalizedProjectQuery(TypedDict):
    id: str

class HeygenGetPersonalizedAudienceQuery(TypedDict):
    id: str

class HeygenCreateStreamingSessionBodyVoice(TypedDict):
    voice_id: NotRequired[str]
    rate: NotRequired[float]
    emotion: NotRequired[str]

class HeygenCreateStreamingSessionBody(TypedDict):
    quality: NotRequired[Literal["low", "medium", "high"]]
    avatar_id: NotRequired[str]
    voice_name: NotRequired[str]
    voice: NotRequired[HeygenCreateStreamingSessionBodyVoice]
    knowledge_base: NotRequired[str]
    knowledge_base_id: NotRequired[str]
    video_encoding: NotRequired[Literal["VP8", "H264"]]
    disable_idle_timeout: NotRequired[bool]
    activity_idle_timeout: NotRequired[int]
    version: NotRequired[Literal["v2"]]
    stt_settings: NotRequired[dict[str, Any]]
    livekit_settings: NotRequired[dict[str, Any]]

class HeygenStartStreamingSessionBodySdp(TypedDict):
    type: NotRequired[str]
    sdp: NotRequired[str]

class HeygenStartStreamingSessionBody(TypedDict):
    session_id: str
    sdp: NotRequired[HeygenStartStreamingSessionBodySdp]

class HeygenSubmitStreamingIceBodyCandidate(TypedDict):
    candidate: NotRequired[str]
    sdpMid: NotRequired[str]
    sdpMLineIndex: NotRequired[int]
    usernameFragment: NotRequired[str]

class HeygenSubmitStreamingIceBody(TypedDict):
    session_id: str
    candidate: HeygenSubmitStreamingIceBodyCandidate

class HeygenSendStreamingTaskBody(TypedDict):
    session_id: str
    text: str
    task_type: NotRequired[Literal["repeat", "talk", "chat"]]
    task_mode: NotRequired[str]

class HeygenInterruptStreamingTaskBody(TypedDict):
    session_id: str

class HeygenStopStreamingSessionBody(TypedDict):
    session_id: str

class HeygenKeepAliveStreamingSessionBody(TypedDict):
    session_id: str

class HeygenListStreamingHistoryQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]
    token: NotRequired[str]

class HeygenCreateKnowledgeBaseBody(TypedDict):
    name: str
    opening: str
    prompt: str

class HeygenUpdateKnowledgeBasePathParams(TypedDict):
    knowledge_base_id: str | int

class HeygenUpdateKnowledgeBaseBody(TypedDict):
    name: NotRequired[str]
    opening: NotRequired[str]
    prompt: NotRequired[str]

class HeygenDeleteKnowledgeBasePathParams(TypedDict):
    knowledge_base_id: str | int

class HeygenV3CreateAiClippingBodyOutputSettings(TypedDict):
    aspect_ratio: NotRequired[Literal["landscape", "portrait", "square"]]
    caption_style: NotRequired[str | None]
    captions: NotRequired[bool]
    duration_types: NotRequired[Sequence[Literal["30", "60", "180", "long"]]]
    prompt: NotRequired[str | None]

class HeygenV3CreateAiClippingBodyVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateAiClippingBodyVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateAiClippingBody(TypedDict):
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    input_language: NotRequired[str | None]
    output_settings: NotRequired[HeygenV3CreateAiClippingBodyOutputSettings]
    title: NotRequired[str | None]
    video: Union[HeygenV3CreateAiClippingBodyVideo1, HeygenV3CreateAiClippingBodyVideo2]

class HeygenV3DeleteAiClippingPathParams(TypedDict):
    job_id: str | int

class HeygenV3GetAiClippingPathParams(TypedDict):
    job_id: str | int

class HeygenV3ListAiClippingsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3GetAssetBatchPathParams(TypedDict):
    batch_id: str | int

class HeygenV3GetAssetBatchQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CompleteAssetBatchBody(TypedDict):
    batch_id: str

class HeygenV3CompleteAssetPathParams(TypedDict):
    asset_id: str | int

class HeygenV3CompleteAssetBody(TypedDict):
    checksum_sha256: NotRequired[str | None]

class HeygenV3UploadAssetFiles(TypedDict):
    file: FileLike

class HeygenV3DeleteAssetPathParams(TypedDict):
    asset_id: str | int

class HeygenV3CreateDirectUploadBatchBodyFilesItem(TypedDict):
    checksum_sha256: NotRequired[str | None]
    content_type: str
    filename: str
    size_bytes: int

class HeygenV3CreateDirectUploadBatchBody(TypedDict):
    callback_url: NotRequired[str | None]
    files: Sequence[HeygenV3CreateDirectUploadBatchBodyFilesItem]
    title: NotRequired[str | None]

class HeygenV3CreateDirectUploadBody(TypedDict):
    checksum_sha256: NotRequired[str | None]
    content_type: str
    filename: str
    size_bytes: int

class HeygenV3GetAssetPathParams(TypedDict):
    asset_id: str | int

class HeygenV3ListAssetsQuery(TypedDict):
    username: str
    limit: NotRequired[int]
    token: NotRequired[str]
    folder_id: NotRequired[str]

class HeygenV3SearchAssetsQuery(TypedDict):
    query: str
    limit: NotRequired[int]
    token: NotRequired[str]
    type: Literal["image", "icon"]
    scope: NotRequired[Literal["public", "personal"]]

class HeygenV3ListAssetStatusesQuery(TypedDict):
    asset_ids: NotRequired[str]
    batch_ids: NotRequired[str]

class HeygenV3SearchAudioSoundsQuery(TypedDict):
    query: str
    type: NotRequired[Literal["music", "sound_effects"]]
    limit: NotRequired[int]
    min_score: NotRequired[float]
    token: NotRequired[str]

class HeygenV3CreateAvatarConsentPathParams(TypedDict):
    group_id: str | int

class HeygenV3CreateAvatarConsentBodyConsentVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateAvatarConsentBodyConsentVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateAvatarConsentBodyConsentVideo3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateAvatarConsentBody(TypedDict):
    consent_text: NotRequired[str | None]
    consent_video: NotRequired[Union[HeygenV3CreateAvatarConsentBodyConsentVideo1, HeygenV3CreateAvatarConsentBodyConsentVideo2, HeygenV3CreateAvatarConsentBodyConsentVideo3, None]]
    reroute_url: NotRequired[str | None]

class HeygenV3CreateAvatarBody1ReferenceImagesItem1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateAvatarBody1ReferenceImagesItem2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateAvatarBody1ReferenceImagesItem3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateAvatarBody1(TypedDict):
    avatar_group_id: NotRequired[str | None]
    avatar_id: NotRequired[str | None]
    name: str
    prompt: str
    reference_images: NotRequired[Sequence[Union[HeygenV3CreateAvatarBody1ReferenceImagesItem1, HeygenV3CreateAvatarBody1ReferenceImagesItem2, HeygenV3CreateAvatarBody1ReferenceImagesItem3]] | None]
    type: Literal["prompt"]

class HeygenV3CreateAvatarBody2File1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateAvatarBody2File2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateAvatarBody2File3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateAvatarBody2(TypedDict):
    avatar_group_id: NotRequired[str | None]
    file: Union[HeygenV3CreateAvatarBody2File1, HeygenV3CreateAvatarBody2File2, HeygenV3CreateAvatarBody2File3]
    name: str
    type: Literal["digital_twin"]

class HeygenV3CreateAvatarBody3File1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateAvatarBody3File2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateAvatarBody3File3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateAvatarBody3(TypedDict):
    avatar_group_id: NotRequired[str | None]
    file: Union[HeygenV3CreateAvatarBody3File1, HeygenV3CreateAvatarBody3File2, HeygenV3CreateAvatarBody3File3]
    name: str
    type: Literal["photo"]

class HeygenV3DeleteAvatarPathParams(TypedDict):
    group_id: str | int

class HeygenV3GetAvatarPathParams(TypedDict):
    group_id: str | int

class HeygenV3ListAvatarsQuery(TypedDict):
    ownership: NotRequired[Literal["public", "private"]]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3DeleteAvatarLookPathParams(TypedDict):
    look_id: str | int

class HeygenV3GetAvatarLookPathParams(TypedDict):
    look_id: str | int

class HeygenV3ListAvatarLooksQuery(TypedDict):
    group_id: NotRequired[str]
    avatar_type: NotRequired[Literal["studio_avatar", "digital_twin", "photo_avatar"]]
    ownership: NotRequired[Literal["public", "private"]]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3UpdateAvatarLookPathParams(TypedDict):
    look_id: str | int

class HeygenV3UpdateAvatarLookBody(TypedDict):
    name: NotRequired[str | None]

class HeygenV3CreateBackgroundRemovalBodyVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateBackgroundRemovalBodyVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateBackgroundRemovalBodyVideo3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateBackgroundRemovalBody(TypedDict):
    layers: NotRequired[Sequence[str]]
    request_id: NotRequired[str | None]
    title: NotRequired[str | None]
    video: Union[HeygenV3CreateBackgroundRemovalBodyVideo1, HeygenV3CreateBackgroundRemovalBodyVideo2, HeygenV3CreateBackgroundRemovalBodyVideo3]

class HeygenV3DeleteBackgroundRemovalPathParams(TypedDict):
    job_id: str | int

class HeygenV3GetBackgroundRemovalPathParams(TypedDict):
    job_id: str | int

class HeygenV3ListBackgroundRemovalsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3ListBrandGlossariesQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3ListBrandKitsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateLipsyncBatchBodyLipsyncsItemAudio1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateLipsyncBatchBodyLipsyncsItemAudio2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateLipsyncBatchBodyLipsyncsItemVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateLipsyncBatchBodyLipsyncsItemVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateLipsyncBatchBodyLipsyncsItem(TypedDict):
    audio: Union[HeygenV3CreateLipsyncBatchBodyLipsyncsItemAudio1, HeygenV3CreateLipsyncBatchBodyLipsyncsItemAudio2]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    disable_music_track: NotRequired[bool]
    enable_caption: NotRequired[bool]
    enable_dynamic_duration: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]
    enable_watermark: NotRequired[bool]
    end_time: NotRequired[float | None]
    folder_id: NotRequired[str | None]
    fps_mode: NotRequired[str | None]
    keep_the_same_format: NotRequired[bool | None]
    mode: NotRequired[Literal["speed", "precision"]]
    start_time: NotRequired[float | None]
    title: NotRequired[str | None]
    video: Union[HeygenV3CreateLipsyncBatchBodyLipsyncsItemVideo1, HeygenV3CreateLipsyncBatchBodyLipsyncsItemVideo2]

class HeygenV3CreateLipsyncBatchBody(TypedDict):
    callback_url: NotRequired[str | None]
    lipsyncs: Sequence[HeygenV3CreateLipsyncBatchBodyLipsyncsItem]
    title: NotRequired[str | None]

class HeygenV3GetLipsyncBatchPathParams(TypedDict):
    batch_id: str | int

class HeygenV3GetLipsyncBatchQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateLipsyncBodyAudio1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateLipsyncBodyAudio2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateLipsyncBodyVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateLipsyncBodyVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateLipsyncBody(TypedDict):
    audio: Union[HeygenV3CreateLipsyncBodyAudio1, HeygenV3CreateLipsyncBodyAudio2]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    disable_music_track: NotRequired[bool]
    enable_caption: NotRequired[bool]
    enable_dynamic_duration: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]
    enable_watermark: NotRequired[bool]
    end_time: NotRequired[float | None]
    folder_id: NotRequired[str | None]
    fps_mode: NotRequired[str | None]
    keep_the_same_format: NotRequired[bool | None]
    mode: NotRequired[Literal["speed", "precision"]]
    start_time: NotRequired[float | None]
    title: NotRequired[str | None]
    video: Union[HeygenV3CreateLipsyncBodyVideo1, HeygenV3CreateLipsyncBodyVideo2]

class HeygenV3DeleteLipsyncPathParams(TypedDict):
    lipsync_id: str | int

class HeygenV3GetLipsyncPathParams(TypedDict):
    lipsync_id: str | int

class HeygenV3ListLipsyncsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3ListLipsyncStatusesQuery(TypedDict):
    lipsync_ids: NotRequired[str]
    batch_ids: NotRequired[str]

class HeygenV3UpdateLipsyncPathParams(TypedDict):
    lipsync_id: str | int

class HeygenV3UpdateLipsyncBody(TypedDict):
    title: str

class HeygenV3GenerateTemplateVideoPathParams(TypedDict):
    template_id: str | int

class HeygenV3GenerateTemplateVideoBodyDimension(TypedDict):
    height: int
    width: int

class HeygenV3GenerateTemplateVideoBodySubtitlesPosition(TypedDict):
    x: NotRequired[float]
    y: NotRequired[float]

class HeygenV3GenerateTemplateVideoBodySubtitles(TypedDict):
    alignment: NotRequired[int | None]
    disable_highlight: NotRequired[bool | None]
    font_size: NotRequired[int | None]
    position: NotRequired[HeygenV3GenerateTemplateVideoBodySubtitlesPosition | None]
    preset_name: str

class HeygenV3GenerateTemplateVideoBody(TypedDict):
    brand_voice_id: NotRequired[str | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[bool]
    dimension: NotRequired[HeygenV3GenerateTemplateVideoBodyDimension | None]
    enable_sharing: NotRequired[bool]
    folder_id: NotRequired[str | None]
    fps: NotRequired[float]
    include_gif: NotRequired[bool]
    keep_text_vertically_centered: NotRequired[bool]
    reorder_music: NotRequired[bool]
    scene_ids: NotRequired[Sequence[str] | None]
    subtitles: NotRequired[HeygenV3GenerateTemplateVideoBodySubtitles | None]
    title: NotRequired[str | None]
    variables: dict[str, Any]

class HeygenV3GetTemplatePathParams(TypedDict):
    template_id: str | int

class HeygenV3ListTemplatesQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateVideoAgentBodyFilesItem1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoAgentBodyFilesItem2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoAgentBodyFilesItem3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoAgentBody(TypedDict):
    avatar_id: NotRequired[str | None]
    brand_kit_id: NotRequired[str | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    files: NotRequired[Sequence[Union[HeygenV3CreateVideoAgentBodyFilesItem1, HeygenV3CreateVideoAgentBodyFilesItem2, HeygenV3CreateVideoAgentBodyFilesItem3]] | None]
    incognito_mode: NotRequired[bool]
    mode: NotRequired[Literal["generate", "chat"]]
    orientation: NotRequired[Literal["landscape", "portrait", None]]
    prompt: str
    style_id: NotRequired[str | None]
    voice_id: NotRequired[str | None]

class HeygenV3GetVideoAgentPathParams(TypedDict):
    session_id: str | int

class HeygenV3ListVideoAgentsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3GetVideoAgentResourcePathParams(TypedDict):
    session_id: str | int
    resource_id: str | int

class HeygenV3SendVideoAgentMessagePathParams(TypedDict):
    session_id: str | int

class HeygenV3SendVideoAgentMessageBodyFilesItem1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3SendVideoAgentMessageBodyFilesItem2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3SendVideoAgentMessageBodyFilesItem3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3SendVideoAgentMessageBody(TypedDict):
    avatar_id: NotRequired[str | None]
    brand_kit_id: NotRequired[str | None]
    files: NotRequired[Sequence[Union[HeygenV3SendVideoAgentMessageBodyFilesItem1, HeygenV3SendVideoAgentMessageBodyFilesItem2, HeygenV3SendVideoAgentMessageBodyFilesItem3]] | None]
    message: str
    voice_id: NotRequired[str | None]

class HeygenV3StopVideoAgentPathParams(TypedDict):
    session_id: str | int

class HeygenV3ListVideoAgentStylesQuery(TypedDict):
    tag: NotRequired[str]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3ListVideoAgentVideosPathParams(TypedDict):
    session_id: str | int

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemAudio1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemAudio2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemSrt1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemSrt2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemStockVoiceConfig(TypedDict):
    preferred_stock_voice_ids: NotRequired[Sequence[str]]
    use_stock_voice: NotRequired[bool]

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItem(TypedDict):
    audio: NotRequired[Union[HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemAudio1, HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemAudio2, None]]
    brand_glossary_id: NotRequired[str | None]
    brand_voice_id: NotRequired[str | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    disable_music_track: NotRequired[bool]
    enable_caption: NotRequired[bool]
    enable_dynamic_duration: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]
    enable_watermark: NotRequired[bool]
    end_time: NotRequired[float | None]
    folder_id: NotRequired[str | None]
    fps_mode: NotRequired[Literal["vfr", "cfr", "passthrough", None]]
    input_language: NotRequired[str | None]
    keep_the_same_format: NotRequired[bool | None]
    mode: NotRequired[Literal["speed", "precision"]]
    output_languages: Sequence[str]
    speaker_num: NotRequired[int | None]
    srt: NotRequired[Union[HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemSrt1, HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemSrt2, None]]
    srt_role: NotRequired[Literal["input", "output", None]]
    start_time: NotRequired[float | None]
    stock_voice_config: NotRequired[HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemStockVoiceConfig | None]
    title: NotRequired[str | None]
    translate_audio_only: NotRequired[bool]
    video: Union[HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemVideo1, HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItemVideo2]

class HeygenV3CreateVideoTranslationBatchBody(TypedDict):
    callback_url: NotRequired[str | None]
    title: NotRequired[str | None]
    video_translations: Sequence[HeygenV3CreateVideoTranslationBatchBodyVideoTranslationsItem]

class HeygenV3GetVideoTranslationBatchPathParams(TypedDict):
    batch_id: str | int

class HeygenV3GetVideoTranslationBatchQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateVideoTranslationBodyAudio1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBodyAudio2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBodySrt1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBodySrt2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBodyStockVoiceConfig(TypedDict):
    preferred_stock_voice_ids: NotRequired[Sequence[str]]
    use_stock_voice: NotRequired[bool]

class HeygenV3CreateVideoTranslationBodyVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoTranslationBodyVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoTranslationBody(TypedDict):
    audio: NotRequired[Union[HeygenV3CreateVideoTranslationBodyAudio1, HeygenV3CreateVideoTranslationBodyAudio2, None]]
    brand_glossary_id: NotRequired[str | None]
    brand_voice_id: NotRequired[str | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    disable_music_track: NotRequired[bool]
    enable_caption: NotRequired[bool]
    enable_dynamic_duration: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]
    enable_watermark: NotRequired[bool]
    end_time: NotRequired[float | None]
    folder_id: NotRequired[str | None]
    fps_mode: NotRequired[Literal["vfr", "cfr", "passthrough", None]]
    input_language: NotRequired[str | None]
    keep_the_same_format: NotRequired[bool | None]
    mode: NotRequired[Literal["speed", "precision"]]
    output_languages: Sequence[str]
    speaker_num: NotRequired[int | None]
    srt: NotRequired[Union[HeygenV3CreateVideoTranslationBodySrt1, HeygenV3CreateVideoTranslationBodySrt2, None]]
    srt_role: NotRequired[Literal["input", "output", None]]
    start_time: NotRequired[float | None]
    stock_voice_config: NotRequired[HeygenV3CreateVideoTranslationBodyStockVoiceConfig | None]
    title: NotRequired[str | None]
    translate_audio_only: NotRequired[bool]
    video: Union[HeygenV3CreateVideoTranslationBodyVideo1, HeygenV3CreateVideoTranslationBodyVideo2]

class HeygenV3DeleteVideoTranslationPathParams(TypedDict):
    video_translation_id: str | int

class HeygenV3GetVideoTranslationPathParams(TypedDict):
    video_translation_id: str | int

class HeygenV3ListVideoTranslationsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateProofreadBodySrt1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateProofreadBodySrt2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateProofreadBodyVideo1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateProofreadBodyVideo2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateProofreadBody(TypedDict):
    brand_glossary_id: NotRequired[str | None]
    brand_voice_id: NotRequired[str | None]
    disable_music_track: NotRequired[bool]
    enable_speech_enhancement: NotRequired[bool]
    enable_video_stretching: NotRequired[bool]
    folder_id: NotRequired[str | None]
    keep_the_same_format: NotRequired[bool]
    mode: NotRequired[Literal["speed", "precision"]]
    output_languages: Sequence[str]
    speaker_num: NotRequired[int | None]
    srt: NotRequired[Union[HeygenV3CreateProofreadBodySrt1, HeygenV3CreateProofreadBodySrt2, None]]
    title: str
    video: Union[HeygenV3CreateProofreadBodyVideo1, HeygenV3CreateProofreadBodyVideo2]

class HeygenV3GenerateProofreadVideoPathParams(TypedDict):
    proofread_id: str | int

class HeygenV3GenerateProofreadVideoBody(TypedDict):
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    captions: NotRequired[bool]
    translate_audio_only: NotRequired[bool]

class HeygenV3GetProofreadPathParams(TypedDict):
    proofread_id: str | int

class HeygenV3GetProofreadSrtPathParams(TypedDict):
    proofread_id: str | int

class HeygenV3UpdateProofreadSrtPathParams(TypedDict):
    proofread_id: str | int

class HeygenV3UpdateProofreadSrtBodySrt1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3UpdateProofreadSrtBodySrt2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3UpdateProofreadSrtBody(TypedDict):
    srt: Union[HeygenV3UpdateProofreadSrtBodySrt1, HeygenV3UpdateProofreadSrtBodySrt2]

class HeygenV3ListVideoTranslationStatusesQuery(TypedDict):
    video_translation_ids: NotRequired[str]
    batch_ids: NotRequired[str]

class HeygenV3UpdateVideoTranslationPathParams(TypedDict):
    video_translation_id: str | int

class HeygenV3UpdateVideoTranslationBody(TypedDict):
    title: str

class HeygenV3CreateVideoBatchBodyVideosItem1Background(TypedDict):
    asset_id: NotRequired[str | None]
    type: Literal["color", "image"]
    url: NotRequired[str | None]
    value: NotRequired[str | None]

class HeygenV3CreateVideoBatchBodyVideosItem1Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBatchBodyVideosItem1Engine1(TypedDict):
    reference_look_id: NotRequired[str | None]
    type: Literal["avatar_v"]

class HeygenV3CreateVideoBatchBodyVideosItem1Engine2(TypedDict):
    type: Literal["avatar_iv"]

class HeygenV3CreateVideoBatchBodyVideosItem1Engine3(TypedDict):
    type: Literal["avatar_iii"]

class HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings1, HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings2, HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem1WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBatchBodyVideosItem1Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage1, HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage2, HeygenV3CreateVideoBatchBodyVideosItem1WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem1WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem1(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    avatar_id: str
    background: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem1Background | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem1Caption | None]
    engine: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem1Engine1, HeygenV3CreateVideoBatchBodyVideosItem1Engine2, HeygenV3CreateVideoBatchBodyVideosItem1Engine3, None]]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    fit: NotRequired[Literal["contain", "cover", None]]
    motion_prompt: NotRequired[str | None]
    output_format: NotRequired[Literal["mp4", "webm"]]
    remove_background: NotRequired[bool | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    script: NotRequired[str | None]
    title: NotRequired[str | None]
    type: Literal["avatar"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem1VoiceSettings | None]
    watermark: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem1Watermark | None]

class HeygenV3CreateVideoBatchBodyVideosItem2Background(TypedDict):
    asset_id: NotRequired[str | None]
    type: Literal["color", "image"]
    url: NotRequired[str | None]
    value: NotRequired[str | None]

class HeygenV3CreateVideoBatchBodyVideosItem2Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBatchBodyVideosItem2Image1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem2Image2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem2Image3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem2WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBatchBodyVideosItem2Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage1, HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage2, HeygenV3CreateVideoBatchBodyVideosItem2WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem2WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem2(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    background: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem2Background | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem2Caption | None]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    fit: NotRequired[Literal["contain", "cover", None]]
    image: Union[HeygenV3CreateVideoBatchBodyVideosItem2Image1, HeygenV3CreateVideoBatchBodyVideosItem2Image2, HeygenV3CreateVideoBatchBodyVideosItem2Image3]
    motion_prompt: NotRequired[str | None]
    output_format: NotRequired[Literal["mp4", "webm"]]
    remove_background: NotRequired[bool | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    script: NotRequired[str | None]
    title: NotRequired[str | None]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem2VoiceSettings | None]
    watermark: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem2Watermark | None]

class HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem3(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto"]]
    auto_duration: NotRequired[bool]
    avatar_id: Sequence[str]
    duration: NotRequired[int | None]
    enhance_prompt: NotRequired[bool]
    prompt: str
    references: NotRequired[Sequence[Union[HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem1, HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem2, HeygenV3CreateVideoBatchBodyVideosItem3ReferencesItem3]] | None]
    resolution: NotRequired[Literal["720p", "1080p"]]
    title: NotRequired[str | None]
    type: Literal["cinematic_avatar"]

class HeygenV3CreateVideoBatchBodyVideosItem4Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Background1(TypedDict):
    color: str
    type: Literal["color"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine1(TypedDict):
    reference_look_id: NotRequired[str | None]
    type: Literal["avatar_v"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine2(TypedDict):
    type: Literal["avatar_iv"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine3(TypedDict):
    type: Literal["avatar_iii"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    avatar_id: str
    background: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Background1, None]]
    engine: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1Engine3, None]]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    motion_prompt: NotRequired[str | None]
    script: NotRequired[str | None]
    type: Literal["avatar"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1VoiceSettings | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    image: Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2Image3]
    motion_prompt: NotRequired[str | None]
    script: NotRequired[str | None]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2VoiceSettings | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1(TypedDict):
    input: Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1Input2]
    type: Literal["avatar_video"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    duration: NotRequired[float | None]
    script: NotRequired[str | None]
    source: Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2Source3]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2VoiceSettings | None]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Playback(TypedDict):
    mute: NotRequired[bool]
    volume: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3(TypedDict):
    playback: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Playback | None]
    source: Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3Source3]
    type: Literal["video"]

class HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBatchBodyVideosItem4WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBatchBodyVideosItem4Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage1, HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage2, HeygenV3CreateVideoBatchBodyVideosItem4WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBatchBodyVideosItem4(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4Caption | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    scenes: Sequence[Union[HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem1, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem2, HeygenV3CreateVideoBatchBodyVideosItem4ScenesItem3]]
    title: NotRequired[str | None]
    type: Literal["studio"]
    watermark: NotRequired[HeygenV3CreateVideoBatchBodyVideosItem4Watermark | None]

class HeygenV3CreateVideoBatchBody(TypedDict):
    callback_url: NotRequired[str | None]
    title: NotRequired[str | None]
    videos: Sequence[Union[HeygenV3CreateVideoBatchBodyVideosItem1, HeygenV3CreateVideoBatchBodyVideosItem2, HeygenV3CreateVideoBatchBodyVideosItem3, HeygenV3CreateVideoBatchBodyVideosItem4]]

class HeygenV3GetVideoBatchPathParams(TypedDict):
    batch_id: str | int

class HeygenV3GetVideoBatchQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateVideoBody1Background(TypedDict):
    asset_id: NotRequired[str | None]
    type: Literal["color", "image"]
    url: NotRequired[str | None]
    value: NotRequired[str | None]

class HeygenV3CreateVideoBody1Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBody1Engine1(TypedDict):
    reference_look_id: NotRequired[str | None]
    type: Literal["avatar_v"]

class HeygenV3CreateVideoBody1Engine2(TypedDict):
    type: Literal["avatar_iv"]

class HeygenV3CreateVideoBody1Engine3(TypedDict):
    type: Literal["avatar_iii"]

class HeygenV3CreateVideoBody1VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBody1VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBody1VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBody1VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBody1VoiceSettingsEngineSettings1, HeygenV3CreateVideoBody1VoiceSettingsEngineSettings2, HeygenV3CreateVideoBody1VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody1WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody1WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody1WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody1WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBody1Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBody1WatermarkImage1, HeygenV3CreateVideoBody1WatermarkImage2, HeygenV3CreateVideoBody1WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBody1WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBody1(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    avatar_id: str
    background: NotRequired[HeygenV3CreateVideoBody1Background | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBody1Caption | None]
    engine: NotRequired[Union[HeygenV3CreateVideoBody1Engine1, HeygenV3CreateVideoBody1Engine2, HeygenV3CreateVideoBody1Engine3, None]]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    fit: NotRequired[Literal["contain", "cover", None]]
    motion_prompt: NotRequired[str | None]
    output_format: NotRequired[Literal["mp4", "webm"]]
    remove_background: NotRequired[bool | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    script: NotRequired[str | None]
    title: NotRequired[str | None]
    type: Literal["avatar"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBody1VoiceSettings | None]
    watermark: NotRequired[HeygenV3CreateVideoBody1Watermark | None]

class HeygenV3CreateVideoBody2Background(TypedDict):
    asset_id: NotRequired[str | None]
    type: Literal["color", "image"]
    url: NotRequired[str | None]
    value: NotRequired[str | None]

class HeygenV3CreateVideoBody2Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBody2Image1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody2Image2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody2Image3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBody2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBody2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBody2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBody2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBody2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBody2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody2WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody2WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody2WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody2WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBody2Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBody2WatermarkImage1, HeygenV3CreateVideoBody2WatermarkImage2, HeygenV3CreateVideoBody2WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBody2WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBody2(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    background: NotRequired[HeygenV3CreateVideoBody2Background | None]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBody2Caption | None]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    fit: NotRequired[Literal["contain", "cover", None]]
    image: Union[HeygenV3CreateVideoBody2Image1, HeygenV3CreateVideoBody2Image2, HeygenV3CreateVideoBody2Image3]
    motion_prompt: NotRequired[str | None]
    output_format: NotRequired[Literal["mp4", "webm"]]
    remove_background: NotRequired[bool | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    script: NotRequired[str | None]
    title: NotRequired[str | None]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBody2VoiceSettings | None]
    watermark: NotRequired[HeygenV3CreateVideoBody2Watermark | None]

class HeygenV3CreateVideoBody3ReferencesItem1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody3ReferencesItem2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody3ReferencesItem3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody3(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto"]]
    auto_duration: NotRequired[bool]
    avatar_id: Sequence[str]
    duration: NotRequired[int | None]
    enhance_prompt: NotRequired[bool]
    prompt: str
    references: NotRequired[Sequence[Union[HeygenV3CreateVideoBody3ReferencesItem1, HeygenV3CreateVideoBody3ReferencesItem2, HeygenV3CreateVideoBody3ReferencesItem3]] | None]
    resolution: NotRequired[Literal["720p", "1080p"]]
    title: NotRequired[str | None]
    type: Literal["cinematic_avatar"]

class HeygenV3CreateVideoBody4Caption(TypedDict):
    file_format: NotRequired[Literal["srt"]]
    style: NotRequired[Literal["default", None]]

class HeygenV3CreateVideoBody4ScenesItem1Input1Background1(TypedDict):
    color: str
    type: Literal["color"]

class HeygenV3CreateVideoBody4ScenesItem1Input1Engine1(TypedDict):
    reference_look_id: NotRequired[str | None]
    type: Literal["avatar_v"]

class HeygenV3CreateVideoBody4ScenesItem1Input1Engine2(TypedDict):
    type: Literal["avatar_iv"]

class HeygenV3CreateVideoBody4ScenesItem1Input1Engine3(TypedDict):
    type: Literal["avatar_iii"]

class HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings1, HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings2, HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody4ScenesItem1Input1(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    avatar_id: str
    background: NotRequired[Union[HeygenV3CreateVideoBody4ScenesItem1Input1Background1, None]]
    engine: NotRequired[Union[HeygenV3CreateVideoBody4ScenesItem1Input1Engine1, HeygenV3CreateVideoBody4ScenesItem1Input1Engine2, HeygenV3CreateVideoBody4ScenesItem1Input1Engine3, None]]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    motion_prompt: NotRequired[str | None]
    script: NotRequired[str | None]
    type: Literal["avatar"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBody4ScenesItem1Input1VoiceSettings | None]

class HeygenV3CreateVideoBody4ScenesItem1Input2Image1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody4ScenesItem1Input2Image2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody4ScenesItem1Input2Image3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody4ScenesItem1Input2(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    expressiveness: NotRequired[Literal["high", "medium", "low", None]]
    image: Union[HeygenV3CreateVideoBody4ScenesItem1Input2Image1, HeygenV3CreateVideoBody4ScenesItem1Input2Image2, HeygenV3CreateVideoBody4ScenesItem1Input2Image3]
    motion_prompt: NotRequired[str | None]
    script: NotRequired[str | None]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBody4ScenesItem1Input2VoiceSettings | None]

class HeygenV3CreateVideoBody4ScenesItem1(TypedDict):
    input: Union[HeygenV3CreateVideoBody4ScenesItem1Input1, HeygenV3CreateVideoBody4ScenesItem1Input2]
    type: Literal["avatar_video"]

class HeygenV3CreateVideoBody4ScenesItem2Source1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody4ScenesItem2Source2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody4ScenesItem2Source3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings1(TypedDict):
    engine_type: Literal["elevenlabs"]
    model: NotRequired[Literal["eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5", "eleven_v3", None]]
    similarity_boost: NotRequired[float | None]
    stability: NotRequired[float | None]
    style: NotRequired[float | None]
    use_speaker_boost: NotRequired[bool | None]

class HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings2(TypedDict):
    engine_type: Literal["fish"]
    model: NotRequired[Literal["s1", "s2-pro", None]]
    similarity: NotRequired[float | None]
    stability: NotRequired[float | None]

class HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings3(TypedDict):
    engine_type: Literal["starfish"]

class HeygenV3CreateVideoBody4ScenesItem2VoiceSettings(TypedDict):
    engine_settings: NotRequired[Union[HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings1, HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings2, HeygenV3CreateVideoBody4ScenesItem2VoiceSettingsEngineSettings3, None]]
    locale: NotRequired[str | None]
    pitch: NotRequired[float]
    speed: NotRequired[float]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody4ScenesItem2(TypedDict):
    audio_asset_id: NotRequired[str | None]
    audio_url: NotRequired[str | None]
    duration: NotRequired[float | None]
    script: NotRequired[str | None]
    source: Union[HeygenV3CreateVideoBody4ScenesItem2Source1, HeygenV3CreateVideoBody4ScenesItem2Source2, HeygenV3CreateVideoBody4ScenesItem2Source3]
    type: Literal["image"]
    voice_id: NotRequired[str | None]
    voice_settings: NotRequired[HeygenV3CreateVideoBody4ScenesItem2VoiceSettings | None]

class HeygenV3CreateVideoBody4ScenesItem3Playback(TypedDict):
    mute: NotRequired[bool]
    volume: NotRequired[float]

class HeygenV3CreateVideoBody4ScenesItem3Source1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody4ScenesItem3Source2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody4ScenesItem3Source3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody4ScenesItem3(TypedDict):
    playback: NotRequired[HeygenV3CreateVideoBody4ScenesItem3Playback | None]
    source: Union[HeygenV3CreateVideoBody4ScenesItem3Source1, HeygenV3CreateVideoBody4ScenesItem3Source2, HeygenV3CreateVideoBody4ScenesItem3Source3]
    type: Literal["video"]

class HeygenV3CreateVideoBody4WatermarkImage1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateVideoBody4WatermarkImage2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CreateVideoBody4WatermarkImage3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CreateVideoBody4WatermarkPlacement(TypedDict):
    offset_x: NotRequired[float | None]
    offset_y: NotRequired[float | None]
    position: NotRequired[Literal["top_left", "top_right", "bottom_left", "bottom_right"]]

class HeygenV3CreateVideoBody4Watermark(TypedDict):
    image: Union[HeygenV3CreateVideoBody4WatermarkImage1, HeygenV3CreateVideoBody4WatermarkImage2, HeygenV3CreateVideoBody4WatermarkImage3]
    opacity: NotRequired[float]
    placement: NotRequired[HeygenV3CreateVideoBody4WatermarkPlacement | None]
    scale: NotRequired[float]

class HeygenV3CreateVideoBody4(TypedDict):
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto", None]]
    callback_id: NotRequired[str | None]
    callback_url: NotRequired[str | None]
    caption: NotRequired[HeygenV3CreateVideoBody4Caption | None]
    resolution: NotRequired[Literal["4k", "1080p", "720p", None]]
    scenes: Sequence[Union[HeygenV3CreateVideoBody4ScenesItem1, HeygenV3CreateVideoBody4ScenesItem2, HeygenV3CreateVideoBody4ScenesItem3]]
    title: NotRequired[str | None]
    type: Literal["studio"]
    watermark: NotRequired[HeygenV3CreateVideoBody4Watermark | None]

class HeygenV3DeleteVideoPathParams(TypedDict):
    video_id: str | int

class HeygenV3GetVideoPathParams(TypedDict):
    video_id: str | int

class HeygenV3ListVideosQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]
    folder_id: NotRequired[str]
    title: NotRequired[str]

class HeygenV3ListVideoStatusesQuery(TypedDict):
    video_ids: NotRequired[str]
    batch_ids: NotRequired[str]

class HeygenV3CloneVoiceBodyAudio1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CloneVoiceBodyAudio2(TypedDict):
    asset_id: str
    type: Literal["asset_id"]

class HeygenV3CloneVoiceBodyAudio3(TypedDict):
    data: str
    media_type: str
    type: Literal["base64"]

class HeygenV3CloneVoiceBody(TypedDict):
    audio: Union[HeygenV3CloneVoiceBodyAudio1, HeygenV3CloneVoiceBodyAudio2, HeygenV3CloneVoiceBodyAudio3]
    language: NotRequired[str | None]
    remove_background_noise: NotRequired[bool]
    voice_name: str

class HeygenV3DesignVoiceBody(TypedDict):
    gender: NotRequired[str | None]
    locale: NotRequired[str | None]
    prompt: str
    seed: NotRequired[int]

class HeygenV3DeleteVoicePathParams(TypedDict):
    voice_id: str | int

class HeygenV3GetVoicePathParams(TypedDict):
    voice_id: str | int

class HeygenV3ListVoicesQuery(TypedDict):
    type: NotRequired[Literal["public", "private"]]
    engine: NotRequired[str]
    language: NotRequired[str]
    gender: NotRequired[str]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3CreateSpeechBody(TypedDict):
    input_type: NotRequired[str]
    language: NotRequired[str | None]
    locale: NotRequired[str | None]
    speed: NotRequired[float]
    text: str
    voice_id: str

class HeygenV3CreateWebhookEndpointBody(TypedDict):
    entity_id: NotRequired[str | None]
    events: NotRequired[Sequence[Literal["avatar_video.success", "avatar_video.fail", "avatar_video_gif.success", "avatar_video_gif.fail", "video_translate.success", "video_translate.fail", "video_translate.preflight.validation_failed", "video_translate.preflight.download_failed", "personalized_video", "instant_avatar.success", "instant_avatar.fail", "photo_avatar_generation.success", "photo_avatar_generation.fail", "photo_avatar_train.success", "photo_avatar_train.fail", "photo_avatar_add_motion.success", "photo_avatar_add_motion.fail", "proofread_creation.success", "proofread_creation.fail", "live_avatar.success", "live_avatar.fail", "avatar_video_caption.success", "avatar_video_caption.fail", "video_agent.success", "video_agent.fail", "hyperframes_video.success", "hyperframes_video.fail", "ai_clipping.success", "ai_clipping.fail", "batch.finished"]] | None]
    url: str

class HeygenV3DeleteWebhookEndpointPathParams(TypedDict):
    endpoint_id: str | int

class HeygenV3ListWebhookEndpointsQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3RotateWebhookSecretPathParams(TypedDict):
    endpoint_id: str | int

class HeygenV3UpdateWebhookEndpointPathParams(TypedDict):
    endpoint_id: str | int

class HeygenV3UpdateWebhookEndpointBody(TypedDict):
    events: NotRequired[Sequence[Literal["avatar_video.success", "avatar_video.fail", "avatar_video_gif.success", "avatar_video_gif.fail", "video_translate.success", "video_translate.fail", "video_translate.preflight.validation_failed", "video_translate.preflight.download_failed", "personalized_video", "instant_avatar.success", "instant_avatar.fail", "photo_avatar_generation.success", "photo_avatar_generation.fail", "photo_avatar_train.success", "photo_avatar_train.fail", "photo_avatar_add_motion.success", "photo_avatar_add_motion.fail", "proofread_creation.success", "proofread_creation.fail", "live_avatar.success", "live_avatar.fail", "avatar_video_caption.success", "avatar_video_caption.fail", "video_agent.success", "video_agent.fail", "hyperframes_video.success", "hyperframes_video.fail", "ai_clipping.success", "ai_clipping.fail", "batch.finished"]] | None]
    url: NotRequired[str | None]

class HeygenV3ListWebhookEventsQuery(TypedDict):
    event_type: NotRequired[Literal["avatar_video.success", "avatar_video.fail", "avatar_video_gif.success", "avatar_video_gif.fail", "video_translate.success", "video_translate.fail", "video_translate.preflight.validation_failed", "video_translate.preflight.download_failed", "personalized_video", "instant_avatar.success", "instant_avatar.fail", "photo_avatar_generation.success", "photo_avatar_generation.fail", "photo_avatar_train.success", "photo_avatar_train.fail", "photo_avatar_add_motion.success", "photo_avatar_add_motion.fail", "proofread_creation.success", "proofread_creation.fail", "live_avatar.success", "live_avatar.fail", "avatar_video_caption.success", "avatar_video_caption.fail", "video_agent.success", "video_agent.fail", "hyperframes_video.success", "hyperframes_video.fail", "ai_clipping.success", "ai_clipping.fail", "batch.finished"]]
    entity_id: NotRequired[str]
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3UpdateAvatarPathParams(TypedDict):
    group_id: str | int

class HeygenV3GetBrandGlossaryPathParams(TypedDict):
    brand_glossary_id: str | int

class HeygenV3UpdateBrandGlossaryPathParams(TypedDict):
    brand_glossary_id: str | int

class HeygenV3DeleteBrandGlossaryPathParams(TypedDict):
    brand_glossary_id: str | int

class HeygenV3GetBrandKitPathParams(TypedDict):
    brand_kit_id: str | int

class HeygenV3UpdateBrandKitPathParams(TypedDict):
    brand_kit_id: str | int

class HeygenV3DeleteBrandKitPathParams(TypedDict):
    brand_kit_id: str | int

class HeygenV3ListVideoScenesPathParams(TypedDict):
    video_id: str | int

class HeygenV3CreateHyperframesRenderBodyProject1(TypedDict):
    type: Literal["url"]
    url: str

class HeygenV3CreateHyperframesRenderBodyProject2(TypedDict):
    type: Literal["asset_id"]
    asset_id: str

class HeygenV3CreateHyperframesRenderBodyProject3(TypedDict):
    type: Literal["base64"]
    media_type: str
    data: str

class HeygenV3CreateHyperframesRenderBody(TypedDict):
    project: Union[HeygenV3CreateHyperframesRenderBodyProject1, HeygenV3CreateHyperframesRenderBodyProject2, HeygenV3CreateHyperframesRenderBodyProject3]
    composition: NotRequired[str]
    variables: NotRequired[dict[str, Any]]
    fps: NotRequired[int]
    quality: NotRequired[str]
    format: NotRequired[str]
    resolution: NotRequired[Literal["1080p", "4k"]]
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    title: NotRequired[str]
    callback_id: NotRequired[str]
    callback_url: NotRequired[str]

class HeygenV3ListHyperframesRendersQuery(TypedDict):
    limit: NotRequired[int]
    token: NotRequired[str]

class HeygenV3GetHyperframesRenderPathParams(TypedDict):
    render_id: str | int

class HeygenV3DeleteHyperframesRenderPathParams(TypedDict):
    render_id: str | int

class HeygenV3GetFillerWordRemovalPathParams(TypedDict):
    filler_word_removal_id: str | int

class HeygenV3CreateFolderBody(TypedDict):
    name: str
    parent_id: NotRequired[str | None]
    type: NotRequired[Literal["mixed", "video", "video_translate"]]

class HeygenV3GetFolderPathParams(TypedDict):
    folder_id: str | int

class HeygenV3GetAvatarRealtimePathParams(TypedDict):
    stream_id: str | int

class HeygenV3ListAvatarRealtimeWordsPathParams(TypedDict):
    stream_id: str | int

class HeygenV3SendAvatarRealtimeTextPathParams(TypedDict):
    stream_id: str | int

class HeygenV3CancelAvatarRealtimePathParams(TypedDict):
    stream_id: str | int

class HeygenV3GetModelVoicePathParams(TypedDict):
    voice_id: str | int

class HeygenV3DeleteModelVoicePathParams(TypedDict):
    voice_id: str | int

class HeygenV3GetPodcastPathParams(TypedDict):
    podcast_id: str | int

class HeygenV3DeletePodcastPathParams(TypedDict):
    podcast_id: str | int

class HeygenV3GetWorkflowPathParams(TypedDict):
    workflow_id: str | int

class HeygenV3UpdateWorkflowPathParams(TypedDict):
    workflow_id: str | int

class HeygenV3CreateWorkflowVersionPathParams(TypedDict):
    workflow_id: str | int

class HeygenV3ListWorkflowVersionsPathParams(TypedDict):
    workflow_id: str | int

class HeygenV3GetWorkflowVersionPathParams(TypedDict):
    workflow_id: str | int
    version_number: str | int

class HeygenV3GetWorkflowRunPathParams(TypedDict):
    run_id: str | int

class HeygenV3CancelWorkflowRunPathParams(TypedDict):
    run_id: str | int

class HeygenV3ListWorkflowRunNodesPathParams(TypedDict):
    run_id: str | int

class HeygenV3GetQualityComparisonPathParams(TypedDict):
    comparison_id: str | int

class HeygenV3GetQualityComparisonBatchPathParams(TypedDict):
    batch_id: str | int

class ElevenlabsListVoicesQuery(TypedDict):
    show_legacy: NotRequired[bool]

class ElevenlabsGetVoicePathParams(TypedDict):
    voice_id: str | int

class ElevenlabsGetVoiceQuery(TypedDict):
    with_settings: NotRequired[bool]

class ElevenlabsAddVoiceBody(TypedDict):
    name: str
    remove_background_noise: NotRequired[bool]
    description: NotRequired[str]
    labels: NotRequired[str]

class ElevenlabsAddVoiceFiles(TypedDict):
    files: Sequence[FileLike]

class ElevenlabsEditVoicePathParams(TypedDict):
    voice_id: str | int

class ElevenlabsEditVoiceBody(TypedDict):
    name: str
    remove_background_noise: NotRequired[bool]
    description: NotRequired[str]
    labels: NotRequired[str]
    moderate_metadata: NotRequired[bool]

class ElevenlabsEditVoiceFiles(TypedDict):
    files: NotRequired[Sequence[FileLike]]

class ElevenlabsDeleteVoicePathParams(TypedDict):
    voice_id: str | int

class ElevenlabsGetVoiceSettingsPathParams(TypedDict):
    voice_id: str | int

class ElevenlabsTtsPathParams(TypedDict):
    voice_id: str | int

class ElevenlabsTtsQuery(TypedDict):
    output_format: NotRequired[Literal["alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000", "wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000", "wav_8000"]]
    enable_logging: NotRequired[bool]
    optimize_streaming_latency: NotRequired[int]

class ElevenlabsTtsBodyVoiceSettings(TypedDict):
    stability: NotRequired[float]
    similarity_boost: NotRequired[float]
    style: NotRequired[float]
    use_speaker_boost: NotRequired[bool]
    speed: NotRequired[float]

class ElevenlabsTtsBodyPronunciationDictionaryLocatorsItem(TypedDict):
    pronunciation_dictionary_id: str
    version_id: NotRequired[str]

class ElevenlabsTtsBody(TypedDict):
    text: str
    model_id: NotRequired[str]
    language_code: NotRequired[str]
    voice_settings: NotRequired[ElevenlabsTtsBodyVoiceSettings]
    pronunciation_dictionary_locators: NotRequired[Sequence[ElevenlabsTtsBodyPronunciationDictionaryLocatorsItem]]
    seed: NotRequired[int]
    previous_text: NotRequired[str]
    next_text: NotRequired[str]
    previous_request_ids: NotRequired[Sequence[str]]
    next_request_ids: NotRequired[Sequence[str]]
    use_pvc_as_ivc: NotRequired[bool]
    apply_text_normalization: NotRequired[Literal["auto", "on", "off"]]
    apply_language_text_normalization: NotRequired[bool]

class ElevenlabsTtsStreamPathParams(TypedDict):
    voice_id: str | int

class ElevenlabsTtsStreamQuery(TypedDict):
    output_format: NotRequired[Literal["alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000"]]
    enable_logging: NotRequired[bool]
    optimize_streaming_latency: NotRequired[int]

class ElevenlabsTtsStreamBodyVoiceSettings(TypedDict):
    stability: NotRequired[float]
    similarity_boost: NotRequired[float]
    style: NotRequired[float]
    use_speaker_boost: NotRequired[bool]
    speed: NotRequired[float]

class ElevenlabsTtsStreamBodyPronunciationDictionaryLocatorsItem(TypedDict):
    pronunciation_dictionary_id: str
    version_id: NotRequired[str]

class ElevenlabsTtsStreamBody(TypedDict):
    text: str
    model_id: NotRequired[str]
    language_code: NotRequired[str]
    voice_settings: NotRequired[ElevenlabsTtsStreamBodyVoiceSettings]
    pronunciation_dictionary_locators: NotRequired[Sequence[ElevenlabsTtsStreamBodyPronunciationDictionaryLocatorsItem]]
    seed: NotRequired[int]
    previous_text: NotRequired[str]
    next_text: NotRequired[str]
    previous_request_ids: NotRequired[Sequence[str]]
    next_request_ids: NotRequired[Sequence[str]]
    use_pvc_as_ivc: NotRequired[bool]
    apply_text_normalization: NotRequired[Literal["auto", "on", "off"]]
    apply_language_text_normalization: NotRequired[bool]

class ElevenlabsTtsTimestampsPathParams(TypedDict):
    voice_id: str | int

class ElevenlabsTtsTimestampsQuery(TypedDict):
    output_format: NotRequired[Literal["alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000", "wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000", "wav_8000"]]
    enable_logging: NotRequired[bool]
    optimize_streaming_latency: NotRequired[int]

class ElevenlabsTtsTimestampsBodyVoiceSettings(TypedDict):
    stability: NotRequired[float]
    similarity_boost: NotRequired[float]
    style: NotRequired[float]
    use_speaker_boost: NotRequired[bool]
    speed: NotRequired[float]

class ElevenlabsTtsTimestampsBodyPronunciationDictionaryLocatorsItem(TypedDict):
    pronunciation_dictionary_id: str
    version_id: NotRequired[str]

class ElevenlabsTtsTimestampsBody(TypedDict):
    text: str
    model_id: NotRequired[str]
    language_code: NotRequired[str]
    voice_settings: NotRequired[ElevenlabsTtsTimestampsBodyVoiceSettings]
    pronunciation_dictionary_locators: NotRequired[Sequence[ElevenlabsTtsTimestampsBodyPronunciationDictionaryLocatorsItem]]
    seed: NotRequired[int]
    previous_text: NotRequired[str]
    next_text: NotRequired[str]
    previous_request_ids: NotRequired[Sequence[str]]
    next_request_ids: NotRequired[Sequence[str]]
    use_pvc_as_ivc: NotRequired[bool]
    apply_text_normalization: NotRequired[Literal["auto", "on", "off"]]
    apply_language_text_normalization: NotRequired[bool]

class ElevenlabsSoundGenerationQuery(TypedDict):
    output_format: NotRequired[Literal["alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000"]]

class ElevenlabsSoundGenerationBody(TypedDict):
    text: str
    loop: NotRequired[bool]
    duration_seconds: NotRequired[float]
    prompt_influence: NotRequired[float]
    model_id: NotRequired[str]

class ElevenlabsAudioIsolationBody(TypedDict):
    file_format: NotRequired[Literal["pcm_s16le_16", "other"]]
    preview_b64: NotRequired[str]

class ElevenlabsAudioIsolationFiles(TypedDict):
    audio: FileLike

class ElevenlabsAudioIsolationStreamBody(TypedDict):
    file_format: NotRequired[Literal["pcm_s16le_16", "other"]]

class ElevenlabsAudioIsolationStreamFiles(TypedDict):
    audio: FileLike

class ElevenlabsCreateDubbingBody(TypedDict):
    name: NotRequired[str]
    source_url: NotRequired[str]
    source_lang: NotRequired[str]
    target_lang: NotRequired[str]
    target_accent: NotRequired[str]
    num_speakers: NotRequired[int]
    watermark: NotRequired[bool]
    start_time: NotRequired[int]
    end_time: NotRequired[int]
    highest_resolution: NotRequired[bool]
    drop_background_audio: NotRequired[bool]
    use_profanity_filter: NotRequired[bool]
    dubbing_studio: NotRequired[bool]
    disable_voice_cloning: NotRequired[bool]
    mode: NotRequired[Literal["automatic", "manual"]]
    csv_fps: NotRequired[float]

class ElevenlabsCreateDubbingFiles(TypedDict):
    file: NotRequired[FileLike]
    csv_file: NotRequired[FileLike]
    foreground_audio_file: NotRequired[FileLike]
    background_audio_file: NotRequired[FileLike]

class ElevenlabsGetDubbingPathParams(TypedDict):
    dubbing_id: str | int

class ElevenlabsGetDubbedAudioPathParams(TypedDict):
    dubbing_id: str | int
    language_code: str | int

class ElevenlabsDeleteDubbingPathParams(TypedDict):
    dubbing_id: str | int

class ElevenlabsGetHistoryQuery(TypedDict):
    page_size: NotRequired[int]
    start_after_history_item_id: NotRequired[str]
    voice_id: NotRequired[str]
    model_id: NotRequired[str]
    date_before_unix: NotRequired[int]
    date_after_unix: NotRequired[int]
    sort_direction: NotRequired[Literal["asc", "desc"]]
    search: NotRequired[str]
    source: NotRequired[Literal["TTS", "STS", "Flows"]]

class ElevenlabsGetHistoryItemPathParams(TypedDict):
    history_item_id: str | int

class ElevenlabsGetHistoryAudioPathParams(TypedDict):
    history_item_id: str | int

class ElevenlabsDeleteHistoryItemPathParams(TypedDict):
    history_item_id: str | int

class LiveavatarCreateSessionTokenBody1VideoSettings(TypedDict):
    quality: NotRequired[Literal["very_high", "high", "medium", "low"]]
    encoding: NotRequired[Literal["VP8", "H264"]]

class LiveavatarCreateSessionTokenBody1AvatarPersonaVoiceSettings1(TypedDict):
    provider: Literal["elevenLabs"]
    speed: NotRequired[float]
    stability: NotRequired[float]
    similarity_boost: NotRequired[float]
    style: NotRequired[float]
    use_speaker_boost: NotRequired[bool]
    model: NotRequired[Literal["eleven_flash_v2_5", "eleven_multilingual_v2"]]
    apply_language_text_normalization: NotRequired[bool]

class LiveavatarCreateSessionTokenBody1AvatarPersonaVoiceSettings2(TypedDict):
    provider: Literal["fish"]
    speed: NotRequired[float]
    model: NotRequired[Literal["s1", "s2"]]
    latency_mode: NotRequired[Literal["normal", "balanced"]]

class LiveavatarCreateSessionTokenBody1AvatarPersonaSttConfig(TypedDict):
    provider: NotRequired[Literal["deepgram", "assembly_ai", "gladia", "elevenlabs"]]

class LiveavatarCreateSessionTokenBody1AvatarPersona(TypedDict):
    voice_id: NotRequired[str]
    context_id: NotRequired[str]
    language: NotRequired[str]
    voice_settings: NotRequired[Union[LiveavatarCreateSessionTokenBody1AvatarPersonaVoiceSettings1, LiveavatarCreateSessionTokenBody1AvatarPersonaVoiceSettings2]]
    stt_config: NotRequired[LiveavatarCreateSessionTokenBody1AvatarPersonaSttConfig]

class LiveavatarCreateSessionTokenBody1VoiceAgent(TypedDict):
    id: NotRequired[str]
    language: NotRequired[str]
    dynamic_variables: NotRequired[dict[str, Any]]

class LiveavatarCreateSessionTokenBody1Memory(TypedDict):
    prev_session_id: NotRequired[str]
    session_memory_id: NotRequired[str]

class LiveavatarCreateSessionTokenBody1(TypedDict):
    mode: Literal["FULL"]
    avatar_id: str
    is_sandbox: NotRequired[bool]
    video_settings: NotRequired[LiveavatarCreateSessionTokenBody1VideoSettings]
    max_session_duration: NotRequired[int]
    avatar_persona: NotRequired[LiveavatarCreateSessionTokenBody1AvatarPersona]
    voice_agent: NotRequired[LiveavatarCreateSessionTokenBody1VoiceAgent]
    interactivity_type: NotRequired[Literal["CONVERSATIONAL", "PUSH_TO_TALK"]]
    llm_configuration_id: NotRequired[str]
    dynamic_variables: NotRequired[dict[str, Any]]
    memory: NotRequired[LiveavatarCreateSessionTokenBody1Memory]

class LiveavatarCreateSessionTokenBody2VideoSettings(TypedDict):
    quality: NotRequired[Literal["very_high", "high", "medium", "low"]]
    encoding: NotRequired[Literal["VP8", "H264"]]

class LiveavatarCreateSessionTokenBody2LivekitConfig(TypedDict):
    livekit_url: NotRequired[str]
    livekit_room: NotRequired[str]
    livekit_client_token: NotRequired[str]

class LiveavatarCreateSessionTokenBody2AgoraConfig(TypedDict):
    agora_app_id: NotRequired[str]
    agora_token: NotRequired[str]
    agora_channel: NotRequired[str]
    agora_uid: NotRequired[str]

class LiveavatarCreateSessionTokenBody2ElevenlabsAgentConfig(TypedDict):
    secret_id: str
    agent_id: str
    voice_id: NotRequired[str]
    dynamic_variables: NotRequired[dict[str, Any]]

class LiveavatarCreateSessionTokenBody2OpenaiRealtimeConfig(TypedDict):
    secret_id: str
    context_id: NotRequired[str]
    voice: NotRequired[str]
    temperature: NotRequired[float]
    model: NotRequired[str]

class LiveavatarCreateSessionTokenBody2GeminiRealtimeConfig(TypedDict):
    secret_id: str
    context_id: NotRequired[str]
    voice: NotRequired[str]
    temperature: NotRequired[float]
    model: NotRequired[str]

class LiveavatarCreateSessionTokenBody2(TypedDict):
    mode: Literal["LITE"]
    avatar_id: str
    is_sandbox: NotRequired[bool]
    video_settings: NotRequired[LiveavatarCreateSessionTokenBody2VideoSettings]
    max_session_duration: NotRequired[int]
    livekit_config: NotRequired[LiveavatarCreateSessionTokenBody2LivekitConfig]
    agora_config: NotRequired[LiveavatarCreateSessionTokenBody2AgoraConfig]
    elevenlabs_agent_config: NotRequired[LiveavatarCreateSessionTokenBody2ElevenlabsAgentConfig]
    openai_realtime_config: NotRequired[LiveavatarCreateSessionTokenBody2OpenaiRealtimeConfig]
    gemini_realtime_config: NotRequired[LiveavatarCreateSessionTokenBody2GeminiRealtimeConfig]

class LiveavatarStopSessionBody(TypedDict):
    session_id: NotRequired[str]
    reason: NotRequired[Literal["UNKNOWN", "USER_DISCONNECTED", "SERVER_ERROR", "IDLE_TIMEOUT", "NO_CREDITS", "USER_CLOSED", "AVATAR_DELETED", "MAX_DURATION_REACHED", "ZOMBIE_SESSION_REAP", "AGENT_HANG_UP"]]

class LiveavatarKeepSessionAliveBody(TypedDict):
    session_id: NotRequired[str]

class LiveavatarListSessionsQuery(TypedDict):
    type: Literal["active", "historic"]
    page: NotRequired[int]
    page_size: NotRequired[int]
    avatar_id: NotRequired[str]
    embed_id: NotRequired[str]
    context_id: NotRequired[str]

class LiveavatarGetSessionTranscriptPathParams(TypedDict):
    session_id: str | int

class LiveavatarGetSessionTranscriptQuery(TypedDict):
    start_timestamp: NotRequired[int]
    end_timestamp: NotRequired[int]

class LiveavatarDeleteSessionEventsPathParams(TypedDict):
    session_id: str | int

class LiveavatarListAvatarsQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]

class LiveavatarListPublicAvatarsQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]

class LiveavatarGetAvatarPathParams(TypedDict):
    avatar_id: str | int

class LiveavatarUpdateAvatarPathParams(TypedDict):
    avatar_id: str | int

class LiveavatarUpdateAvatarBody(TypedDict):
    name: NotRequired[str]
    default_voice_id: NotRequired[str]

class LiveavatarDeleteAvatarPathParams(TypedDict):
    avatar_id: str | int

class LiveavatarListVoicesQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]
    voice_type: NotRequired[Literal["public", "private"]]

class LiveavatarAddThirdPartyVoiceBody(TypedDict):
    provider_voice_id: str
    secret_id: str
    name: NotRequired[str]

class LiveavatarGetVoicePathParams(TypedDict):
    voice_id: str | int

class LiveavatarUpdateVoicePathParams(TypedDict):
    voice_id: str | int

class LiveavatarUpdateVoiceBody(TypedDict):
    name: str

class LiveavatarDeleteVoicePathParams(TypedDict):
    voice_id: str | int

class LiveavatarPreviewVoicePathParams(TypedDict):
    voice_id: str | int

class LiveavatarListContextsQuery(TypedDict):
    page: NotRequired[int]
    page_size: NotRequired[int]

class LiveavatarCreateContextBodyLinksItem(TypedDict):
    url: str
    faq: str
    id: NotRequired[str]

class LiveavatarCreateContextBody(TypedDict):
    name: str
    prompt: str
    opening_text: str
    links: NotRequired[Sequence[LiveavatarCreateContextBodyLinksItem]]

class LiveavatarGetContextPathParams(TypedDict):
    context_id: str | int

class LiveavatarUpdateContextPathParams(TypedDict):
    context_id: str | int

class LiveavatarUpdateContextBodyLinksItem(TypedDict):
    url: str
    faq: str
    id: NotRequired[str]

class LiveavatarUpdateContextBody(TypedDict):
    name: NotRequired[str]
    prompt: NotRequired[str]
    opening_text: NotRequired[str]
    links: NotRequired[Sequence[LiveavatarUpdateContextBodyLinksItem]]

class LiveavatarDeleteContextPathParams(TypedDict):
    context_id: str | int

class LiveavatarListMemoriesQuery(TypedDict):
    type: NotRequired[Literal["session"]]
    page: NotRequired[int]

class LiveavatarCreateMemoryBody(TypedDict):
    memory_type: Literal["session"]
    session_id: str

class LiveavatarGetMemoryPathParams(TypedDict):
    memory_id: str | int

class LiveavatarDeleteMemoryPathParams(TypedDict):
    memory_id: str | int

class LiveavatarCreateSecretBody(TypedDict):
    secret_name: str
    secret_value: str
    secret_type: NotRequired[Literal["OPENAI_API_KEY", "ELEVENLABS_API_KEY", "GEMINI_API_KEY", "LLM_API_KEY"]]

class LiveavatarDeleteSecretPathParams(TypedDict):
    secret_id: str | int

class LiveavatarCreateLlmConfigurationBody(TypedDict):
    display_name: str
    model_name: str
    secret_id: str
    base_url: NotRequired[str]

class LiveavatarGetLlmConfigurationPathParams(TypedDict):
    config_id: str | int

class LiveavatarUpdateLlmConfigurationPathParams(TypedDict):
    config_id: str | int

class LiveavatarUpdateLlmConfigurationBody(TypedDict):
    display_name: NotRequired[str]
    model_name: NotRequired[str]
    secret_id: NotRequired[str]
    base_url: NotRequired[str]

class LiveavatarDeleteLlmConfigurationPathParams(TypedDict):
    config_id: str | int

class LiveavatarCreateEmbeddingBody(TypedDict):
    avatar_id: str
    context_id: str
    voice_id: NotRequired[str]
    type: NotRequired[str]
    max_session_duration: NotRequired[int]
    default_language: NotRequired[str]
    is_sandbox: NotRequired[bool]

class HeygenActions:
    def list_templates(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List templates: `list-templates`, GET /v2/templates.
        Whole list at once. Item: template_id, name, thumbnail_image_url, aspect_ratio.
        Its own API ends on 2026-10-31. Successor: v3-list-templates.
        """
    def get_template(
        self,
        *,
        path_params: HeygenGetTemplatePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a template: `get-template`, GET /v2/template/{template_id}.
        variables is an object keyed by variable name.
        Its own API ends on 2026-10-31. Successor: v3-get-template.
        """
    def generate_template_video(
        self,
        *,
        path_params: HeygenGenerateTemplateVideoPathParams,
        body: HeygenGenerateTemplateVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render from a template: `generate-template-video`, POST /v2/template/{template_id}/generate.
        Costs something.
        Starts a job.
        test appears in older examples and in the documented contract, not in the last official schema.
        Its own API ends on 2026-10-31. Successor: v3-generate-template-video.
        """
    def list_avatars(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List avatars: `list-avatars`, GET /v2/avatars.
        Unpaginated. HeyGen names v3-list-avatars (groups) as the replacement; the ids used in requests are look ids.
        Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
        """
    def list_voices(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voices: `list-voices`, GET /v2/voices.
        Unpaginated.
        Its own API ends on 2026-10-31. Successor: v3-list-voices.
        """
    def generate_video(
        self,
        *,
        body: HeygenGenerateVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render a video: `generate-video`, POST /v2/video/generate.
        Costs something.
        Starts a job.
        1 to 50 video_inputs; input_text under 5000 characters. Last schema marks dimension required, the guide calls it optional. test and aspect_ratio are pre-4.0.8 fields.
        Its own API ends on 2026-10-31. Successor: v3-create-video.
        """
    def video_status(
        self,
        *,
        query: HeygenVideoStatusQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a video: `video-status`, GET /v1/video_status.get.
        v1 envelope (code 100). URLs live 7 days. status: waiting, pending, processing, completed, failed.
        Its own API ends on 2026-10-31. Successor: v3-get-video.
        """
    def list_videos(
        self,
        *,
        query: HeygenListVideosQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List videos: `list-videos`, GET /v1/video.list.
        No has_more: an empty token ends the walk.
        Its own API ends on 2026-10-31. Successor: v3-list-videos.
        """
    def delete_video(
        self,
        *,
        query: HeygenDeleteVideoQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a video: `delete-video`, DELETE /v1/video.delete.
        The ibl listing shows GET; HeyGen documents DELETE. Unknown id: 404 with numeric code 40104.
        Its own API ends on 2026-10-31. Successor: v3-delete-video.
        """
    def translate_video(
        self,
        *,
        body: HeygenTranslateVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a translation: `translate-video`, POST /v2/video_translate.
        Costs something.
        Starts a job.
        Either video_url or video_id. output_languages replaces output_language and yields video_translate_ids (community client); mode default unknown.
        Its own API ends on 2026-10-31. Successor: v3-create-video-translation.
        """
    def translation_status(
        self,
        *,
        path_params: HeygenTranslationStatusPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a translation: `translation-status`, GET /v2/video_translate/{video_translate_id}.
        status: pending, running, success, failed. url lives 7 days.
        Its own API ends on 2026-10-31. Successor: v3-get-video-translation.
        """
    def upload_asset(
        self,
        *,
        file: FileLike,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Upload raw bytes: `upload-asset`, POST /v1/asset.
        Body is the file itself; Content-Type one of image/png, image/jpeg, video/mp4, video/webm, audio/mpeg (audio/wav per skills). Successor is multipart on the api host.
        Its own API ends on 2026-10-31. Successor: v3-upload-asset.
        """
    def get_asset(
        self,
        *,
        path_params: HeygenGetAssetPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an asset: `get-asset`, GET /v1/asset/{asset_id}.
        Only the ibl catalogue lists it.
        Its own API ends on 2026-10-31. Successor: v3-get-asset.
        """
    def create_photo_avatar(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a photo avatar: `create-photo-avatar`, POST /v2/photo_avatar.
        Costs something.
        Starts a job.
        Path only in the ibl catalogue; HeyGen documents create-photo-avatar-group and generate-photo-avatar-photos. Body unknown.
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def photo_avatar_train_status(
        self,
        *,
        path_params: HeygenPhotoAvatarTrainStatusPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a photo avatar: `photo-avatar-train-status`, GET /v2/photo_avatar/{photo_avatar_id}.
        Same endpoint as get-photo-avatar. Training state proper is get-photo-avatar-training-status.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
        """
    def generate_talking_photo(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render a talking photo: `generate-talking-photo`, POST /v2/video/talking_photo.
        Costs something.
        Starts a job.
        Path only in the ibl catalogue; HeyGen documents generate-video with character.type talking_photo. Body unknown.
        Its own API ends on 2026-10-31. Successor: v3-create-video.
        """
    def list_talking_photos(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List talking photos: `list-talking-photos`, GET /v1/talking_photo.list.
        data is the array itself.
        Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
        """
    def get_remaining_quota(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read remaining credits: `get-remaining-quota`, GET /v2/user/remaining_quota.
        used_quota and details are not always present.
        Its own API ends on 2026-10-31. Successor: v3-get-current-user.
        """
    def add_webhook(
        self,
        *,
        body: HeygenAddWebhookBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Register a webhook: `add-webhook`, POST /v1/webhook/endpoint.add.
        Bad address: 400 with numeric code 400542.
        Its own API ends on 2026-10-31. Successor: v3-create-webhook-endpoint.
        """
    def list_webhooks(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List webhooks: `list-webhooks`, GET /v1/webhook/endpoint.list.
        data is the array itself; secret is included.
        Its own API ends on 2026-10-31. Successor: v3-list-webhook-endpoints.
        """
    def delete_webhook(
        self,
        *,
        query: HeygenDeleteWebhookQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a webhook: `delete-webhook`, DELETE /v1/webhook/endpoint.delete.
        ibl sends endpoint_id as JSON; HeyGen documents the query string.
        Its own API ends on 2026-10-31. Successor: v3-delete-webhook-endpoint.
        """
    def list_avatars_v1(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List avatars (v1): `list-avatars-v1`, GET /v1/avatar.list.
        Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
        """
    def list_voices_v1(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voices (v1): `list-voices-v1`, GET /v1/voice.list.
        Its own API ends on 2026-10-31. Successor: v3-list-voices.
        """
    def get_template_details(
        self,
        *,
        path_params: HeygenGetTemplateDetailsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a template with scenes: `get-template-details`, GET /v3/template/{template_id}.
        Old singular path with the v2 envelope, despite /v3/.
        Its own API ends on 2026-10-31. Successor: v3-get-template.
        """
    def create_webm_video(
        self,
        *,
        body: HeygenCreateWebmVideoBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render a transparent video: `create-webm-video`, POST /v1/video.webm.
        Costs something.
        Starts a job.
        Studio avatars only. v1 envelope. Successor: output_format webm.
        Its own API ends on 2026-10-31. Successor: v3-create-video.
        """
    def create_avatar_iv_video(
        self,
        *,
        body: HeygenCreateAvatarIvVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Animate a photo: `create-avatar-iv-video`, POST /v2/video/av4/generate.
        Costs something.
        Starts a job.
        Successor: type image.
        Its own API ends on 2026-10-31. Successor: v3-create-video.
        """
    def generate_video_agent(
        self,
        *,
        body: HeygenGenerateVideoAgentBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render from a prompt: `generate-video-agent`, POST /v1/video_agent/generate.
        Costs something.
        Starts a job.
        duration_sec 5 to 300; callback_id needs callback_url.
        Its own API ends on 2026-10-31. Successor: v3-create-video-agent.
        """
    def share_video(
        self,
        *,
        body: HeygenShareVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Make a share link: `share-video`, POST /v1/video/share.
        data is the URL string. Closest v3 field: video_page_url of v3-get-video.
        Its own API ends on 2026-10-31.
        """
    def list_translation_languages(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List target languages: `list-translation-languages`, GET /v2/video_translate/target_languages.
        Its own API ends on 2026-10-31. Successor: v3-list-translation-languages.
        """
    def get_translation_caption(
        self,
        *,
        query: HeygenGetTranslationCaptionQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Get translated captions: `get-translation-caption`, GET /v2/video_translate/caption.
        Enum may be longer. A community client uses /v2/video_translate/{id}/caption instead.
        Its own API ends on 2026-10-31. Successor: v3-get-video-translation.
        """
    def create_proofread(
        self,
        *,
        body: HeygenCreateProofreadBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Open a proofread: `create-proofread`, POST /v2/video_translate/proofread.
        Costs something.
        Starts a job.
        Existence documented; path and fields from a community client.
        Its own API ends on 2026-10-31. Successor: v3-create-proofread.
        """
    def get_proofread_status(
        self,
        *,
        path_params: HeygenGetProofreadStatusPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a proofread: `get-proofread-status`, GET /v2/video_translate/proofread/status/{proofread_id}.
        Path from a community client.
        Its own API ends on 2026-10-31. Successor: v3-get-proofread.
        """
    def download_proofread_srt(
        self,
        *,
        path_params: HeygenDownloadProofreadSrtPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Get proofread subtitles: `download-proofread-srt`, GET /v2/video_translate/proofread/{proofread_id}/download-srt.
        Path from a community client.
        Its own API ends on 2026-10-31. Successor: v3-get-proofread-srt.
        """
    def upload_proofread_srt(
        self,
        *,
        path_params: HeygenUploadProofreadSrtPathParams,
        body: HeygenUploadProofreadSrtBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Replace proofread subtitles: `upload-proofread-srt`, POST /v2/video_translate/proofread/{proofread_id}/upload-srt.
        Path from a community client.
        Its own API ends on 2026-10-31. Successor: v3-update-proofread-srt.
        """
    def generate_proofread_video(
        self,
        *,
        path_params: HeygenGenerateProofreadVideoPathParams,
        body: HeygenGenerateProofreadVideoBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render from a proofread: `generate-proofread-video`, POST /v2/video_translate/proofread/{proofread_id}/generate.
        Costs something.
        Starts a job.
        Path from a community client.
        Its own API ends on 2026-10-31. Successor: v3-generate-proofread-video.
        """
    def generate_photo_avatar_photos(
        self,
        *,
        body: HeygenGeneratePhotoAvatarPhotosBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Generate avatar photos: `generate-photo-avatar-photos`, POST /v2/photo_avatar/photo/generate.
        Costs something.
        Starts a job.
        appearance up to 1000 characters. Successor: type prompt (free text only).
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def generate_photo_avatar_looks(
        self,
        *,
        body: HeygenGeneratePhotoAvatarLooksBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Generate avatar looks: `generate-photo-avatar-looks`, POST /v2/photo_avatar/look/generate.
        Costs something.
        Starts a job.
        Group must be trained. Successor: type prompt with avatar_group_id.
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def get_photo_generation_status(
        self,
        *,
        path_params: HeygenGetPhotoGenerationStatusPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a photo generation: `get-photo-generation-status`, GET /v2/photo_avatar/generation/{generation_id}.
        status: pending, processing, success, failed.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
        """
    def create_photo_avatar_group(
        self,
        *,
        body: HeygenCreatePhotoAvatarGroupBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create an avatar group: `create-photo-avatar-group`, POST /v2/photo_avatar/avatar_group/create.
        Starts a job.
        image_key comes from upload-asset. Successor: type photo.
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def add_photo_avatar_looks(
        self,
        *,
        body: HeygenAddPhotoAvatarLooksBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add looks to a group: `add-photo-avatar-looks`, POST /v2/photo_avatar/avatar_group/add.
        At most 4 image_keys. Successor: type photo with avatar_group_id.
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def train_photo_avatar_group(
        self,
        *,
        body: HeygenTrainPhotoAvatarGroupBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Train a group: `train-photo-avatar-group`, POST /v2/photo_avatar/train.
        Costs something.
        Starts a job.
        The status call takes the group_id that was sent. No v3 counterpart. Some clients also treat error as a failure value.
        Its own API ends on 2026-10-31.
        """
    def get_photo_avatar_training_status(
        self,
        *,
        path_params: HeygenGetPhotoAvatarTrainingStatusPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read training state: `get-photo-avatar-training-status`, GET /v2/photo_avatar/train/status/{group_id}.
        status values pending, training, ready, failed come from community clients.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar.
        """
    def add_photo_avatar_motion(
        self,
        *,
        body: HeygenAddPhotoAvatarMotionBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add motion: `add-photo-avatar-motion`, POST /v2/photo_avatar/add_motion.
        Costs something.
        Starts a job.
        Returns a new avatar id; is_motion turns true. motion_type enum not fixed (consistent is a community default; avatar_iv is refused). v3: motion_prompt per video instead.
        Its own API ends on 2026-10-31.
        """
    def add_photo_avatar_sound_effect(
        self,
        *,
        body: HeygenAddPhotoAvatarSoundEffectBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add a sound effect: `add-photo-avatar-sound-effect`, POST /v2/photo_avatar/add_sound_effect.
        No v3 counterpart.
        Its own API ends on 2026-10-31.
        """
    def upscale_photo_avatar(
        self,
        *,
        body: HeygenUpscalePhotoAvatarBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Upscale an avatar: `upscale-photo-avatar`, POST /v2/photo_avatar/upscale.
        Costs something.
        Needs a look that already has motion. No v3 counterpart.
        Its own API ends on 2026-10-31.
        """
    def get_photo_avatar(
        self,
        *,
        path_params: HeygenGetPhotoAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a photo avatar or look: `get-photo-avatar`, GET /v2/photo_avatar/{id}.
        Same endpoint as photo-avatar-train-status.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
        """
    def delete_photo_avatar(
        self,
        *,
        path_params: HeygenDeletePhotoAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a photo avatar: `delete-photo-avatar`, DELETE /v2/photo_avatar/{id}.
        Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
        """
    def delete_photo_avatar_group(
        self,
        *,
        path_params: HeygenDeletePhotoAvatarGroupPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a photo avatar group: `delete-photo-avatar-group`, DELETE /v2/photo_avatar_group/{group_id}.
        Its own API ends on 2026-10-31. Successor: v3-delete-avatar.
        """
    def list_avatar_groups(
        self,
        *,
        query: HeygenListAvatarGroupsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List avatar groups: `list-avatar-groups`, GET /v2/avatar_group.list.
        Its own API ends on 2026-10-31. Successor: v3-list-avatars.
        """
    def list_avatars_in_group(
        self,
        *,
        path_params: HeygenListAvatarsInGroupPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List a group’s avatars: `list-avatars-in-group`, GET /v2/avatar_group/{group_id}/avatars.
        Successor: query group_id.
        Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
        """
    def get_avatar_details(
        self,
        *,
        path_params: HeygenGetAvatarDetailsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an avatar: `get-avatar-details`, GET /v2/avatar/{avatar_id}/details.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
        """
    def search_public_avatar_groups(
        self,
        *,
        query: HeygenSearchPublicAvatarGroupsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Search public groups: `search-public-avatar-groups`, GET /v3/avatar_groups/search.
        Withdrawn around February 2026. Successor has no text or tag search.
        Its own API ends on 2026-10-31. Successor: v3-list-avatars.
        """
    def create_video_avatar(
        self,
        *,
        body: HeygenCreateVideoAvatarBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a digital twin: `create-video-avatar`, POST /v2/video_avatar.
        Starts a job.
        Successor: type digital_twin plus v3-create-avatar-consent.
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def get_video_avatar(
        self,
        *,
        path_params: HeygenGetVideoAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a digital twin: `get-video-avatar`, GET /v2/video_avatar/{avatar_id}.
        Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
        """
    def delete_video_avatar(
        self,
        *,
        path_params: HeygenDeleteVideoAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a digital twin: `delete-video-avatar`, DELETE /v2/video_avatar/{avatar_id}.
        Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
        """
    def list_voice_locales(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voice locales: `list-voice-locales`, GET /v2/voices/locales.
        No v3 counterpart.
        Its own API ends on 2026-10-31.
        """
    def preview_voice(
        self,
        *,
        path_params: HeygenPreviewVoicePathParams,
        body: HeygenPreviewVoiceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Preview a voice: `preview-voice`, POST /v2/voices/{voice_id}/preview.
        Costs something.
        Enterprise beta.
        Its own API ends on 2026-10-31. Successor: v3-create-speech.
        """
    def list_tts_voices(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List speech voices: `list-tts-voices`, GET /v1/audio/voices.
        Successor: query engine=starfish.
        Its own API ends on 2026-10-31. Successor: v3-list-voices.
        """
    def text_to_speech(
        self,
        *,
        body: HeygenTextToSpeechBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Synthesise speech: `text-to-speech`, POST /v1/audio/text_to_speech.
        Costs something.
        Further optional fields exist, not captured.
        Its own API ends on 2026-10-31. Successor: v3-create-speech.
        """
    def list_brand_voices(
        self,
        *,
        query: HeygenListBrandVoicesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List brand glossaries: `list-brand-voices`, GET /v1/brand_voice/list.
        Its own API ends on 2026-10-31. Successor: v3-list-brand-glossaries.
        """
    def update_brand_voice(
        self,
        *,
        path_params: HeygenUpdateBrandVoicePathParams,
        body: HeygenUpdateBrandVoiceBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a brand glossary: `update-brand-voice`, POST /v1/brand_voice/{brand_voice_id}.
        Its own API ends on 2026-10-31. Successor: v3-update-brand-glossary.
        """
    def upload_talking_photo(
        self,
        *,
        file: FileLike,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Upload a talking photo: `upload-talking-photo`, POST /v1/talking_photo.
        Raw image/jpeg or image/png. talking_photo_url in the reply is from a community client. Successor needs v3-upload-asset first (or an inline URL).
        Its own API ends on 2026-10-31. Successor: v3-create-avatar.
        """
    def delete_talking_photo(
        self,
        *,
        path_params: HeygenDeleteTalkingPhotoPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a talking photo: `delete-talking-photo`, DELETE /v2/talking_photo/{id}.
        Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
        """
    def list_assets(
        self,
        *,
        query: HeygenListAssetsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List assets: `list-assets`, GET /v1/asset/list.
        Successor has no file_type filter and needs username while in beta.
        Its own API ends on 2026-10-31. Successor: v3-list-assets.
        """
    def delete_asset(
        self,
        *,
        path_params: HeygenDeleteAssetPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove an asset: `delete-asset`, POST /v1/asset/{asset_id}/delete.
        Its own API ends on 2026-10-31. Successor: v3-delete-asset.
        """
    def list_folders(
        self,
        *,
        query: HeygenListFoldersQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List folders: `list-folders`, GET /v1/folders.
        No v3 list found.
        Its own API ends on 2026-10-31.
        """
    def create_folder(
        self,
        *,
        body: HeygenCreateFolderBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a folder: `create-folder`, POST /v1/folders/create.
        Its own API ends on 2026-10-31. Successor: v3-create-folder.
        """
    def update_folder(
        self,
        *,
        path_params: HeygenUpdateFolderPathParams,
        body: HeygenUpdateFolderBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rename a folder: `update-folder`, POST /v1/folders/{folder_id}.
        No v3 counterpart found.
        Its own API ends on 2026-10-31.
        """
    def trash_folder(
        self,
        *,
        path_params: HeygenTrashFolderPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Move a folder to trash: `trash-folder`, POST /v1/folders/{folder_id}/trash.
        Reversible by restore-folder. No v3 counterpart found.
        Its own API ends on 2026-10-31.
        """
    def restore_folder(
        self,
        *,
        path_params: HeygenRestoreFolderPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Restore a folder: `restore-folder`, POST /v1/folders/{folder_id}/restore.
        No v3 counterpart found.
        Its own API ends on 2026-10-31.
        """
    def get_current_user(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read own account: `get-current-user`, GET /v1/user/me.
        Its own API ends on 2026-10-31. Successor: v3-get-current-user.
        """
    def list_webhook_events(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List event types: `list-webhook-events`, GET /v1/webhook/webhook.list.
        Its own API ends on 2026-10-31. Successor: v3-list-webhook-event-types.
        """
    def update_webhook(
        self,
        *,
        body: HeygenUpdateWebhookBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a webhook: `update-webhook`, PATCH /v1/webhook/endpoint.update.
        Unknown id: 404 with numeric code 400131. Required set not certain.
        Its own API ends on 2026-10-31. Successor: v3-update-webhook-endpoint.
        """
    def add_personalized_contact(
        self,
        *,
        body: HeygenAddPersonalizedContactBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add project contacts: `add-personalized-contact`, POST /v1/personalized_video/add_contact.
        No v3 counterpart. One source says adding a contact alone renders nothing.
        Its own API ends on 2026-10-31.
        """
    def get_personalized_project(
        self,
        *,
        query: HeygenGetPersonalizedProjectQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a project: `get-personalized-project`, GET /v1/personalized_video/project/detail.
        No v3 counterpart.
        Its own API ends on 2026-10-31.
        """
    def get_personalized_audience(
        self,
        *,
        query: HeygenGetPersonalizedAudienceQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an audience entry: `get-personalized-audience`, GET /v1/personalized_video/audience/detail.
        No v3 counterpart.
        Its own API ends on 2026-10-31.
        """
    def create_streaming_session(
        self,
        *,
        body: HeygenCreateStreamingSessionBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Open a streaming session: `create-streaming-session`, POST /v1/streaming.new.
        Costs something.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Idle limit 30 to 3600 s. Version v2 answers url+access_token, the older WebRTC form answers sdp+ice_servers. Alias /v1/realtime.new.
        Its own API ends on 2026-03-31. Successor: liveavatar:create-session-token.
        """
    def start_streaming_session(
        self,
        *,
        body: HeygenStartStreamingSessionBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a streaming session: `start-streaming-session`, POST /v1/streaming.start.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. sdp only in the older WebRTC form. Alias /v1/realtime.start.
        Its own API ends on 2026-03-31. Successor: liveavatar:start-session.
        """
    def submit_streaming_ice(
        self,
        *,
        body: HeygenSubmitStreamingIceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Send an ICE candidate: `submit-streaming-ice`, POST /v1/streaming.ice.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. LiveKit handles this now. Alias /v1/realtime.ice.
        Its own API ends on 2026-03-31.
        """
    def send_streaming_task(
        self,
        *,
        body: HeygenSendStreamingTaskBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Make the avatar speak: `send-streaming-task`, POST /v1/streaming.task.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Text up to 1000 characters. Replaced by LiveKit data events, no REST call. Alias /v1/realtime.task.
        Its own API ends on 2026-03-31. Successor: liveavatar:event:avatar.speak_text.
        """
    def interrupt_streaming_task(
        self,
        *,
        body: HeygenInterruptStreamingTaskBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Interrupt the avatar: `interrupt-streaming-task`, POST /v1/streaming.interrupt.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:event:avatar.interrupt.
        """
    def stop_streaming_session(
        self,
        *,
        body: HeygenStopStreamingSessionBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Close a streaming session: `stop-streaming-session`, POST /v1/streaming.stop.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Alias /v1/realtime.stop.
        Its own API ends on 2026-03-31. Successor: liveavatar:stop-session.
        """
    def keep_alive_streaming_session(
        self,
        *,
        body: HeygenKeepAliveStreamingSessionBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Keep a session alive: `keep-alive-streaming-session`, POST /v1/streaming.keep_alive.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:keep-session-alive.
        """
    def create_streaming_token(
        self,
        *,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a session token: `create-streaming-token`, POST /v1/streaming.create_token.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Body may be empty.
        Its own API ends on 2026-03-31. Successor: liveavatar:create-session-token.
        """
    def list_streaming_sessions(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List live sessions: `list-streaming-sessions`, GET /v1/streaming.list.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:list-sessions.
        """
    def list_streaming_history(
        self,
        *,
        query: HeygenListStreamingHistoryQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List past sessions: `list-streaming-history`, GET /v2/streaming.list.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Parameter names uncertain.
        Its own API ends on 2026-03-31. Successor: liveavatar:list-sessions.
        """
    def list_streaming_avatars(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List streaming avatars: `list-streaming-avatars`, GET /v1/streaming/avatar.list.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:list-public-avatars.
        """
    def list_knowledge_bases(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List knowledge bases: `list-knowledge-bases`, GET /v1/streaming/knowledge_base/list.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:list-contexts.
        """
    def create_knowledge_base(
        self,
        *,
        body: HeygenCreateKnowledgeBaseBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a knowledge base: `create-knowledge-base`, POST /v1/streaming/knowledge_base/create.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:create-context.
        """
    def update_knowledge_base(
        self,
        *,
        path_params: HeygenUpdateKnowledgeBasePathParams,
        body: HeygenUpdateKnowledgeBaseBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a knowledge base: `update-knowledge-base`, POST /v1/streaming/knowledge_base/{knowledge_base_id}.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:update-context.
        """
    def delete_knowledge_base(
        self,
        *,
        path_params: HeygenDeleteKnowledgeBasePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a knowledge base: `delete-knowledge-base`, POST /v1/streaming/knowledge_base/{knowledge_base_id}/delete.
        Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
        Its own API ends on 2026-03-31. Successor: liveavatar:delete-context.
        """
    def v3_create_ai_clipping(
        self,
        *,
        body: HeygenV3CreateAiClippingBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a clipping job: `v3-create-ai-clipping`, POST /v3/ai-clipping.
        Costs something.
        Starts a job.
        Accepted with 202; the name of the id in the reply was not found (the read path calls it job_id, the job resource calls it id). Per-job callbacks carry no signature.
        """
    def v3_delete_ai_clipping(
        self,
        *,
        path_params: HeygenV3DeleteAiClippingPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a clipping job: `v3-delete-ai-clipping`, DELETE /v3/ai-clipping/{job_id}."""
    def v3_get_ai_clipping(
        self,
        *,
        path_params: HeygenV3GetAiClippingPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a clipping job: `v3-get-ai-clipping`, GET /v3/ai-clipping/{job_id}."""
    def v3_list_ai_clippings(
        self,
        *,
        query: HeygenV3ListAiClippingsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List clipping jobs: `v3-list-ai-clippings`, GET /v3/ai-clipping."""
    def v3_get_asset_batch(
        self,
        *,
        path_params: HeygenV3GetAssetBatchPathParams,
        query: HeygenV3GetAssetBatchQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an upload batch: `v3-get-asset-batch`, GET /v3/assets/batches/{batch_id}."""
    def v3_complete_asset_batch(
        self,
        *,
        body: HeygenV3CompleteAssetBatchBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Finalise an upload batch: `v3-complete-asset-batch`, POST /v3/assets/complete/batches.
        Starts a job.
        Accepted with 202; repeated call re-drives the batch.
        """
    def v3_complete_asset(
        self,
        *,
        path_params: HeygenV3CompleteAssetPathParams,
        body: HeygenV3CompleteAssetBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Finalise one direct upload: `v3-complete-asset`, POST /v3/assets/{asset_id}/complete.
        409 means the bytes are not visible yet: retry.
        """
    def v3_upload_asset(
        self,
        *,
        files: HeygenV3UploadAssetFiles,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Upload a file (multipart): `v3-upload-asset`, POST /v3/assets.
        One part named file; at most 32 MB.
        """
    def v3_delete_asset(
        self,
        *,
        path_params: HeygenV3DeleteAssetPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove an asset: `v3-delete-asset`, DELETE /v3/assets/{asset_id}."""
    def v3_create_direct_upload_batch(
        self,
        *,
        body: HeygenV3CreateDirectUploadBatchBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Reserve many upload slots: `v3-create-direct-upload-batch`, POST /v3/assets/direct-uploads/batches."""
    def v3_create_direct_upload(
        self,
        *,
        body: HeygenV3CreateDirectUploadBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Reserve one upload slot: `v3-create-direct-upload`, POST /v3/assets/direct-uploads."""
    def v3_get_asset(
        self,
        *,
        path_params: HeygenV3GetAssetPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an asset: `v3-get-asset`, GET /v3/assets/{asset_id}."""
    def v3_list_assets(
        self,
        *,
        query: HeygenV3ListAssetsQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List assets (beta): `v3-list-assets`, GET /v3/assets.
        Beta: username is mandatory for now.
        """
    def v3_search_assets(
        self,
        *,
        query: HeygenV3SearchAssetsQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Search images and icons: `v3-search-assets`, GET /v3/assets/search.
        Hidden, pre-launch. type may be repeated.
        """
    def v3_list_asset_statuses(
        self,
        *,
        query: HeygenV3ListAssetStatusesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Bulk asset states: `v3-list-asset-statuses`, GET /v3/assets/statuses."""
    def v3_search_audio_sounds(
        self,
        *,
        query: HeygenV3SearchAudioSoundsQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Search music and effects: `v3-search-audio-sounds`, GET /v3/audio/sounds."""
    def v3_create_avatar_consent(
        self,
        *,
        path_params: HeygenV3CreateAvatarConsentPathParams,
        body: HeygenV3CreateAvatarConsentBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Record avatar consent: `v3-create-avatar-consent`, POST /v3/avatars/{group_id}/consent."""
    def v3_create_avatar(
        self,
        *,
        body: Union[HeygenV3CreateAvatarBody1, HeygenV3CreateAvatarBody2, HeygenV3CreateAvatarBody3],
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create an avatar: `v3-create-avatar`, POST /v3/avatars.
        Costs something.
        Starts a job.
        Union on type: prompt, digital_twin, photo. Digital twins stop at pending_consent until consent is recorded.
        """
    def v3_delete_avatar(
        self,
        *,
        path_params: HeygenV3DeleteAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove an avatar group: `v3-delete-avatar`, DELETE /v3/avatars/{group_id}."""
    def v3_get_avatar(
        self,
        *,
        path_params: HeygenV3GetAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an avatar group: `v3-get-avatar`, GET /v3/avatars/{group_id}.
        Path parameter is the group id.
        """
    def v3_list_avatars(
        self,
        *,
        query: HeygenV3ListAvatarsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List avatar groups: `v3-list-avatars`, GET /v3/avatars.
        Returns groups; a group id is not usable as avatar_id in v3-create-video.
        """
    def v3_delete_avatar_look(
        self,
        *,
        path_params: HeygenV3DeleteAvatarLookPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a look: `v3-delete-avatar-look`, DELETE /v3/avatars/looks/{look_id}."""
    def v3_get_avatar_look(
        self,
        *,
        path_params: HeygenV3GetAvatarLookPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a look: `v3-get-avatar-look`, GET /v3/avatars/looks/{look_id}."""
    def v3_list_avatar_looks(
        self,
        *,
        query: HeygenV3ListAvatarLooksQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List looks: `v3-list-avatar-looks`, GET /v3/avatars/looks.
        A look id is what avatar_id means everywhere else.
        """
    def v3_update_avatar_look(
        self,
        *,
        path_params: HeygenV3UpdateAvatarLookPathParams,
        body: HeygenV3UpdateAvatarLookBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rename a look: `v3-update-avatar-look`, PATCH /v3/avatars/looks/{look_id}."""
    def v3_create_background_removal(
        self,
        *,
        body: HeygenV3CreateBackgroundRemovalBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start background removal: `v3-create-background-removal`, POST /v3/background-removals.
        Costs something.
        Starts a job.
        Idempotency-Key is ignored here; resending the same body request_id returns the first job without a new charge.
        """
    def v3_delete_background_removal(
        self,
        *,
        path_params: HeygenV3DeleteBackgroundRemovalPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a background job: `v3-delete-background-removal`, DELETE /v3/background-removals/{job_id}."""
    def v3_get_background_removal(
        self,
        *,
        path_params: HeygenV3GetBackgroundRemovalPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a background job: `v3-get-background-removal`, GET /v3/background-removals/{job_id}."""
    def v3_list_background_removals(
        self,
        *,
        query: HeygenV3ListBackgroundRemovalsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List background jobs: `v3-list-background-removals`, GET /v3/background-removals."""
    def v3_list_brand_glossaries(
        self,
        *,
        query: HeygenV3ListBrandGlossariesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List brand glossaries: `v3-list-brand-glossaries`, GET /v3/brand-glossaries."""
    def v3_list_brand_kits(
        self,
        *,
        query: HeygenV3ListBrandKitsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List brand kits: `v3-list-brand-kits`, GET /v3/brand-kits."""
    def v3_create_lipsync_batch(
        self,
        *,
        body: HeygenV3CreateLipsyncBatchBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start many lipsyncs: `v3-create-lipsync-batch`, POST /v3/lipsyncs/batches.
        Costs something.
        Starts a job.
        Up to 100 items. Accepted with 202; batch_id is the only documented reply field.
        """
    def v3_get_lipsync_batch(
        self,
        *,
        path_params: HeygenV3GetLipsyncBatchPathParams,
        query: HeygenV3GetLipsyncBatchQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a lipsync batch: `v3-get-lipsync-batch`, GET /v3/lipsyncs/batches/{batch_id}."""
    def v3_create_lipsync(
        self,
        *,
        body: HeygenV3CreateLipsyncBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a lipsync: `v3-create-lipsync`, POST /v3/lipsyncs.
        Costs something.
        Starts a job.
        """
    def v3_delete_lipsync(
        self,
        *,
        path_params: HeygenV3DeleteLipsyncPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a lipsync: `v3-delete-lipsync`, DELETE /v3/lipsyncs/{lipsync_id}."""
    def v3_get_lipsync(
        self,
        *,
        path_params: HeygenV3GetLipsyncPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a lipsync: `v3-get-lipsync`, GET /v3/lipsyncs/{lipsync_id}."""
    def v3_list_lipsyncs(
        self,
        *,
        query: HeygenV3ListLipsyncsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List lipsyncs: `v3-list-lipsyncs`, GET /v3/lipsyncs."""
    def v3_list_lipsync_statuses(
        self,
        *,
        query: HeygenV3ListLipsyncStatusesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Bulk lipsync states: `v3-list-lipsync-statuses`, GET /v3/lipsyncs/statuses."""
    def v3_update_lipsync(
        self,
        *,
        path_params: HeygenV3UpdateLipsyncPathParams,
        body: HeygenV3UpdateLipsyncBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rename a lipsync: `v3-update-lipsync`, PATCH /v3/lipsyncs/{lipsync_id}."""
    def v3_generate_template_video(
        self,
        *,
        path_params: HeygenV3GenerateTemplateVideoPathParams,
        body: HeygenV3GenerateTemplateVideoBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render from a template: `v3-generate-template-video`, POST /v3/templates/{template_id}.
        Costs something.
        Starts a job.
        Replays by key return the creation-time snapshot. Variable values are flat objects (type plus fields) as returned by v3-get-template; that shape and its type list come from a third-party v3 gateway client. fps 25, 30 or 60; dimension sides even, 128 to 4096.
        """
    def v3_get_template(
        self,
        *,
        path_params: HeygenV3GetTemplatePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a template: `v3-get-template`, GET /v3/templates/{template_id}."""
    def v3_list_templates(
        self,
        *,
        query: HeygenV3ListTemplatesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List templates: `v3-list-templates`, GET /v3/templates.
        Only API-ready templates (with variables) are listed.
        """
    def v3_get_current_user(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read own account: `v3-get-current-user`, GET /v3/users/me."""
    def v3_create_video_agent(
        self,
        *,
        body: HeygenV3CreateVideoAgentBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Open an agent session: `v3-create-video-agent`, POST /v3/video-agents.
        Costs something.
        Starts a job.
        CLI polls v3-get-video with data.video_id (may be null at first in chat mode). It is a video generator, not a WebRTC stream.
        """
    def v3_get_video_agent(
        self,
        *,
        path_params: HeygenV3GetVideoAgentPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an agent session: `v3-get-video-agent`, GET /v3/video-agents/{session_id}."""
    def v3_list_video_agents(
        self,
        *,
        query: HeygenV3ListVideoAgentsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List agent sessions: `v3-list-video-agents`, GET /v3/video-agents."""
    def v3_get_video_agent_resource(
        self,
        *,
        path_params: HeygenV3GetVideoAgentResourcePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a session resource: `v3-get-video-agent-resource`, GET /v3/video-agents/{session_id}/resources/{resource_id}."""
    def v3_send_video_agent_message(
        self,
        *,
        path_params: HeygenV3SendVideoAgentMessagePathParams,
        body: HeygenV3SendVideoAgentMessageBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Message an agent session: `v3-send-video-agent-message`, POST /v3/video-agents/{session_id}.
        Starts a job.
        """
    def v3_stop_video_agent(
        self,
        *,
        path_params: HeygenV3StopVideoAgentPathParams,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Stop an agent session: `v3-stop-video-agent`, POST /v3/video-agents/{session_id}/stop."""
    def v3_list_video_agent_styles(
        self,
        *,
        query: HeygenV3ListVideoAgentStylesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List agent styles: `v3-list-video-agent-styles`, GET /v3/video-agents/styles."""
    def v3_list_video_agent_videos(
        self,
        *,
        path_params: HeygenV3ListVideoAgentVideosPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List a session’s videos: `v3-list-video-agent-videos`, GET /v3/video-agents/{session_id}/videos."""
    def v3_create_video_translation_batch(
        self,
        *,
        body: HeygenV3CreateVideoTranslationBatchBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start many translations: `v3-create-video-translation-batch`, POST /v3/video-translations/batches.
        Costs something.
        Starts a job.
        Up to 100 items after language expansion. Accepted with 202; batch_id is the only documented reply field.
        """
    def v3_get_video_translation_batch(
        self,
        *,
        path_params: HeygenV3GetVideoTranslationBatchPathParams,
        query: HeygenV3GetVideoTranslationBatchQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a translation batch: `v3-get-video-translation-batch`, GET /v3/video-translations/batches/{batch_id}."""
    def v3_create_video_translation(
        self,
        *,
        body: HeygenV3CreateVideoTranslationBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a translation: `v3-create-video-translation`, POST /v3/video-translations.
        Costs something.
        Starts a job.
        """
    def v3_delete_video_translation(
        self,
        *,
        path_params: HeygenV3DeleteVideoTranslationPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a translation: `v3-delete-video-translation`, DELETE /v3/video-translations/{video_translation_id}."""
    def v3_get_video_translation(
        self,
        *,
        path_params: HeygenV3GetVideoTranslationPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a translation: `v3-get-video-translation`, GET /v3/video-translations/{video_translation_id}."""
    def v3_list_translation_languages(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List target languages: `v3-list-translation-languages`, GET /v3/video-translations/languages.
        Returns plain language names used in output_languages.
        """
    def v3_list_video_translations(
        self,
        *,
        query: HeygenV3ListVideoTranslationsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List translations: `v3-list-video-translations`, GET /v3/video-translations."""
    def v3_create_proofread(
        self,
        *,
        body: HeygenV3CreateProofreadBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Open a proofread: `v3-create-proofread`, POST /v3/video-translations/proofreads.
        Starts a job.
        """
    def v3_generate_proofread_video(
        self,
        *,
        path_params: HeygenV3GenerateProofreadVideoPathParams,
        body: HeygenV3GenerateProofreadVideoBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render from a proofread: `v3-generate-proofread-video`, POST /v3/video-translations/proofreads/{proofread_id}/generate.
        Costs something.
        Starts a job.
        """
    def v3_get_proofread(
        self,
        *,
        path_params: HeygenV3GetProofreadPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a proofread: `v3-get-proofread`, GET /v3/video-translations/proofreads/{proofread_id}."""
    def v3_get_proofread_srt(
        self,
        *,
        path_params: HeygenV3GetProofreadSrtPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Get proofread subtitles: `v3-get-proofread-srt`, GET /v3/video-translations/proofreads/{proofread_id}/srt."""
    def v3_update_proofread_srt(
        self,
        *,
        path_params: HeygenV3UpdateProofreadSrtPathParams,
        body: HeygenV3UpdateProofreadSrtBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Replace proofread subtitles: `v3-update-proofread-srt`, PUT /v3/video-translations/proofreads/{proofread_id}/srt."""
    def v3_list_video_translation_statuses(
        self,
        *,
        query: HeygenV3ListVideoTranslationStatusesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Bulk translation states: `v3-list-video-translation-statuses`, GET /v3/video-translations/statuses."""
    def v3_update_video_translation(
        self,
        *,
        path_params: HeygenV3UpdateVideoTranslationPathParams,
        body: HeygenV3UpdateVideoTranslationBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rename a translation: `v3-update-video-translation`, PATCH /v3/video-translations/{video_translation_id}."""
    def v3_create_video_batch(
        self,
        *,
        body: HeygenV3CreateVideoBatchBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start many videos: `v3-create-video-batch`, POST /v3/videos/batches.
        Costs something.
        Starts a job.
        1 to 100 items, each shaped like the body of v3-create-video (studio not announced for batches). Accepted with 202; reply batch_id, status, total_items per a third-party gateway client.
        """
    def v3_get_video_batch(
        self,
        *,
        path_params: HeygenV3GetVideoBatchPathParams,
        query: HeygenV3GetVideoBatchQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a video batch: `v3-get-video-batch`, GET /v3/videos/batches/{batch_id}."""
    def v3_create_video(
        self,
        *,
        body: Union[HeygenV3CreateVideoBody1, HeygenV3CreateVideoBody2, HeygenV3CreateVideoBody3, HeygenV3CreateVideoBody4],
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render a video: `v3-create-video`, POST /v3/videos.
        Costs something.
        Starts a job.
        Union on type: avatar, image, cinematic_avatar, studio. HTTP 200 carries status waiting. No folder_id in the July schema although later folder pages say it is accepted.
        """
    def v3_delete_video(
        self,
        *,
        path_params: HeygenV3DeleteVideoPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a video: `v3-delete-video`, DELETE /v3/videos/{video_id}."""
    def v3_get_video(
        self,
        *,
        path_params: HeygenV3GetVideoPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a video: `v3-get-video`, GET /v3/videos/{video_id}.
        URLs are presigned; call again for fresh ones.
        """
    def v3_list_videos(
        self,
        *,
        query: HeygenV3ListVideosQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List videos: `v3-list-videos`, GET /v3/videos."""
    def v3_list_video_statuses(
        self,
        *,
        query: HeygenV3ListVideoStatusesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Bulk video states: `v3-list-video-statuses`, GET /v3/videos/statuses."""
    def v3_clone_voice(
        self,
        *,
        body: HeygenV3CloneVoiceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Clone a voice: `v3-clone-voice`, POST /v3/voices/clone.
        Starts a job.
        """
    def v3_design_voice(
        self,
        *,
        body: HeygenV3DesignVoiceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Find voices by prompt: `v3-design-voice`, POST /v3/voices.
        Semantic search over existing voices, nothing is created.
        """
    def v3_delete_voice(
        self,
        *,
        path_params: HeygenV3DeleteVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a voice: `v3-delete-voice`, DELETE /v3/voices/{voice_id}.
        Deleting an already removed voice gives 404.
        """
    def v3_get_voice(
        self,
        *,
        path_params: HeygenV3GetVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a voice: `v3-get-voice`, GET /v3/voices/{voice_id}."""
    def v3_list_voices(
        self,
        *,
        query: HeygenV3ListVoicesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voices: `v3-list-voices`, GET /v3/voices.
        type defaults to public, so private clones need a second call.
        """
    def v3_create_speech(
        self,
        *,
        body: HeygenV3CreateSpeechBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Synthesise speech: `v3-create-speech`, POST /v3/voices/speech.
        Costs something.
        Synchronous JSON with audio_url, not audio bytes. Needs a voice listed with engine=starfish.
        """
    def v3_create_webhook_endpoint(
        self,
        *,
        body: HeygenV3CreateWebhookEndpointBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Register a webhook: `v3-create-webhook-endpoint`, POST /v3/webhooks/endpoints.
        secret is returned only here and by rotate. Leaving events out subscribes to all.
        """
    def v3_delete_webhook_endpoint(
        self,
        *,
        path_params: HeygenV3DeleteWebhookEndpointPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a webhook: `v3-delete-webhook-endpoint`, DELETE /v3/webhooks/endpoints/{endpoint_id}."""
    def v3_list_webhook_endpoints(
        self,
        *,
        query: HeygenV3ListWebhookEndpointsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List webhooks: `v3-list-webhook-endpoints`, GET /v3/webhooks/endpoints."""
    def v3_rotate_webhook_secret(
        self,
        *,
        path_params: HeygenV3RotateWebhookSecretPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rotate a webhook secret: `v3-rotate-webhook-secret`, POST /v3/webhooks/endpoints/{endpoint_id}/rotate-secret.
        Old secret stops working at once.
        """
    def v3_update_webhook_endpoint(
        self,
        *,
        path_params: HeygenV3UpdateWebhookEndpointPathParams,
        body: HeygenV3UpdateWebhookEndpointBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a webhook: `v3-update-webhook-endpoint`, PATCH /v3/webhooks/endpoints/{endpoint_id}."""
    def v3_list_webhook_event_types(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List event types: `v3-list-webhook-event-types`, GET /v3/webhooks/event-types."""
    def v3_list_webhook_events(
        self,
        *,
        query: HeygenV3ListWebhookEventsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List delivered events: `v3-list-webhook-events`, GET /v3/webhooks/events."""
    def v3_update_avatar(
        self,
        *,
        path_params: HeygenV3UpdateAvatarPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change an avatar group: `v3-update-avatar`, PATCH /v3/avatars/{group_id}.
        Body not captured.
        """
    def v3_create_brand_glossary(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a glossary: `v3-create-brand-glossary`, POST /v3/brand-glossaries.
        Body not captured.
        """
    def v3_get_brand_glossary(
        self,
        *,
        path_params: HeygenV3GetBrandGlossaryPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a glossary: `v3-get-brand-glossary`, GET /v3/brand-glossaries/{brand_glossary_id}."""
    def v3_update_brand_glossary(
        self,
        *,
        path_params: HeygenV3UpdateBrandGlossaryPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a glossary: `v3-update-brand-glossary`, PATCH /v3/brand-glossaries/{brand_glossary_id}.
        Body not captured.
        """
    def v3_delete_brand_glossary(
        self,
        *,
        path_params: HeygenV3DeleteBrandGlossaryPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a glossary: `v3-delete-brand-glossary`, DELETE /v3/brand-glossaries/{brand_glossary_id}."""
    def v3_create_brand_kit(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a brand kit: `v3-create-brand-kit`, POST /v3/brand-kits.
        Body not captured.
        """
    def v3_get_brand_kit(
        self,
        *,
        path_params: HeygenV3GetBrandKitPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a brand kit: `v3-get-brand-kit`, GET /v3/brand-kits/{brand_kit_id}."""
    def v3_update_brand_kit(
        self,
        *,
        path_params: HeygenV3UpdateBrandKitPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a brand kit: `v3-update-brand-kit`, PATCH /v3/brand-kits/{brand_kit_id}.
        Body not captured.
        """
    def v3_delete_brand_kit(
        self,
        *,
        path_params: HeygenV3DeleteBrandKitPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a brand kit: `v3-delete-brand-kit`, DELETE /v3/brand-kits/{brand_kit_id}."""
    def v3_list_video_scenes(
        self,
        *,
        path_params: HeygenV3ListVideoScenesPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List scenes of a video: `v3-list-video-scenes`, GET /v3/videos/{video_id}/scenes."""
    def v3_create_hyperframes_render(
        self,
        *,
        body: HeygenV3CreateHyperframesRenderBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Render an HTML project: `v3-create-hyperframes-render`, POST /v3/hyperframes/renders.
        Costs something.
        Starts a job.
        Project is a zip. Reply id field name inferred from the path parameter.
        """
    def v3_list_hyperframes_renders(
        self,
        *,
        query: HeygenV3ListHyperframesRendersQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List HTML renders: `v3-list-hyperframes-renders`, GET /v3/hyperframes/renders."""
    def v3_get_hyperframes_render(
        self,
        *,
        path_params: HeygenV3GetHyperframesRenderPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an HTML render: `v3-get-hyperframes-render`, GET /v3/hyperframes/renders/{render_id}."""
    def v3_delete_hyperframes_render(
        self,
        *,
        path_params: HeygenV3DeleteHyperframesRenderPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove an HTML render: `v3-delete-hyperframes-render`, DELETE /v3/hyperframes/renders/{render_id}."""
    def v3_create_filler_word_removal(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start filler removal: `v3-create-filler-word-removal`, POST /v3/filler-word-removals.
        Body not captured.
        """
    def v3_get_filler_word_removal(
        self,
        *,
        path_params: HeygenV3GetFillerWordRemovalPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read filler removal: `v3-get-filler-word-removal`, GET /v3/filler-word-removals/{filler_word_removal_id}."""
    def v3_create_folder(
        self,
        *,
        body: HeygenV3CreateFolderBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a folder: `v3-create-folder`, POST /v3/folders.
        name is 1 to 256 characters.
        """
    def v3_get_folder(
        self,
        *,
        path_params: HeygenV3GetFolderPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a folder: `v3-get-folder`, GET /v3/folders/{folder_id}."""
    def v3_create_avatar_realtime(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Open a realtime avatar: `v3-create-avatar-realtime`, POST /v3/avatar-realtime.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_avatar_realtime(
        self,
        *,
        path_params: HeygenV3GetAvatarRealtimePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a realtime avatar: `v3-get-avatar-realtime`, GET /v3/avatar-realtime/{stream_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_avatar_realtime_words(
        self,
        *,
        path_params: HeygenV3ListAvatarRealtimeWordsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read realtime words: `v3-list-avatar-realtime-words`, GET /v3/avatar-realtime/{stream_id}/words.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_send_avatar_realtime_text(
        self,
        *,
        path_params: HeygenV3SendAvatarRealtimeTextPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Send realtime text: `v3-send-avatar-realtime-text`, POST /v3/avatar-realtime/{stream_id}/text.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_cancel_avatar_realtime(
        self,
        *,
        path_params: HeygenV3CancelAvatarRealtimePathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Cancel a realtime avatar: `v3-cancel-avatar-realtime`, POST /v3/avatar-realtime/{stream_id}/cancel.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_model_voice(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a model voice: `v3-create-model-voice`, POST /v3/models/audio/voices.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_model_voices(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List model voices: `v3-list-model-voices`, GET /v3/models/audio/voices.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_model_voice(
        self,
        *,
        path_params: HeygenV3GetModelVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a model voice: `v3-get-model-voice`, GET /v3/models/audio/voices/{voice_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_delete_model_voice(
        self,
        *,
        path_params: HeygenV3DeleteModelVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a model voice: `v3-delete-model-voice`, DELETE /v3/models/audio/voices/{voice_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_model_tts(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Model speech: `v3-create-model-tts`, POST /v3/models/audio/tts.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_stream_model_tts(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Model speech stream: `v3-stream-model-tts`, POST /v3/models/audio/tts/stream.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_podcast(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a podcast: `v3-create-podcast`, POST /v3/podcasts.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_podcasts(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List podcasts: `v3-list-podcasts`, GET /v3/podcasts.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_podcast(
        self,
        *,
        path_params: HeygenV3GetPodcastPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a podcast: `v3-get-podcast`, GET /v3/podcasts/{podcast_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_delete_podcast(
        self,
        *,
        path_params: HeygenV3DeletePodcastPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a podcast: `v3-delete-podcast`, DELETE /v3/podcasts/{podcast_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_workflow(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a workflow: `v3-create-workflow`, POST /v3/workflows.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_workflows(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List workflows: `v3-list-workflows`, GET /v3/workflows.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_workflow(
        self,
        *,
        path_params: HeygenV3GetWorkflowPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a workflow: `v3-get-workflow`, GET /v3/workflows/{workflow_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_update_workflow(
        self,
        *,
        path_params: HeygenV3UpdateWorkflowPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a workflow: `v3-update-workflow`, PATCH /v3/workflows/{workflow_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_workflow_version(
        self,
        *,
        path_params: HeygenV3CreateWorkflowVersionPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add a workflow version: `v3-create-workflow-version`, POST /v3/workflows/{workflow_id}/versions.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_workflow_versions(
        self,
        *,
        path_params: HeygenV3ListWorkflowVersionsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List workflow versions: `v3-list-workflow-versions`, GET /v3/workflows/{workflow_id}/versions.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_workflow_version(
        self,
        *,
        path_params: HeygenV3GetWorkflowVersionPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a workflow version: `v3-get-workflow-version`, GET /v3/workflows/{workflow_id}/versions/{version_number}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_workflow_node_types(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List node types: `v3-list-workflow-node-types`, GET /v3/workflows/node-types.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_workflow_run(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Run a workflow: `v3-create-workflow-run`, POST /v3/workflow-runs.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_workflow_runs(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List workflow runs: `v3-list-workflow-runs`, GET /v3/workflow-runs.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_workflow_run(
        self,
        *,
        path_params: HeygenV3GetWorkflowRunPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a workflow run: `v3-get-workflow-run`, GET /v3/workflow-runs/{run_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_cancel_workflow_run(
        self,
        *,
        path_params: HeygenV3CancelWorkflowRunPathParams,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Cancel a workflow run: `v3-cancel-workflow-run`, POST /v3/workflow-runs/{run_id}/cancel.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_list_workflow_run_nodes(
        self,
        *,
        path_params: HeygenV3ListWorkflowRunNodesPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List a run’s nodes: `v3-list-workflow-run-nodes`, GET /v3/workflow-runs/{run_id}/nodes.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_quality_comparison(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Compare video quality: `v3-create-quality-comparison`, POST /v3/video-quality/comparisons.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_quality_comparison(
        self,
        *,
        path_params: HeygenV3GetQualityComparisonPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a comparison: `v3-get-quality-comparison`, GET /v3/video-quality/comparisons/{comparison_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_create_quality_comparison_batch(
        self,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Compare many videos: `v3-create-quality-comparison-batch`, POST /v3/video-quality/comparisons/batches.
        Preview (marked excluded) in the September spec; body not captured.
        """
    def v3_get_quality_comparison_batch(
        self,
        *,
        path_params: HeygenV3GetQualityComparisonBatchPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a comparison batch: `v3-get-quality-comparison-batch`, GET /v3/video-quality/comparisons/batches/{batch_id}.
        Preview (marked excluded) in the September spec; body not captured.
        """

class ElevenlabsActions:
    def list_voices(
        self,
        *,
        query: ElevenlabsListVoicesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voices: `list-voices`, GET /v1/voices.
        Unpaginated. A paged search lives at GET /v2/voices (next_page_token, page_size).
        """
    def get_voice(
        self,
        *,
        path_params: ElevenlabsGetVoicePathParams,
        query: ElevenlabsGetVoiceQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a voice: `get-voice`, GET /v1/voices/{voice_id}."""
    def add_voice(
        self,
        *,
        body: ElevenlabsAddVoiceBody,
        files: ElevenlabsAddVoiceFiles,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Clone a voice: `add-voice`, POST /v1/voices/add.
        labels is a JSON object sent as a string part.
        """
    def edit_voice(
        self,
        *,
        path_params: ElevenlabsEditVoicePathParams,
        body: ElevenlabsEditVoiceBody,
        files: ElevenlabsEditVoiceFiles | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a voice: `edit-voice`, POST /v1/voices/{voice_id}/edit.
        labels is a JSON object sent as a string part.
        """
    def delete_voice(
        self,
        *,
        path_params: ElevenlabsDeleteVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a voice: `delete-voice`, DELETE /v1/voices/{voice_id}."""
    def get_voice_settings(
        self,
        *,
        path_params: ElevenlabsGetVoiceSettingsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read voice settings: `get-voice-settings`, GET /v1/voices/{voice_id}/settings."""
    def list_models(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List models: `list-models`, GET /v1/models.
        The reply is a bare array.
        """
    def tts(
        self,
        *,
        path_params: ElevenlabsTtsPathParams,
        body: ElevenlabsTtsBody,
        query: ElevenlabsTtsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Synthesise speech: `tts`, POST /v1/text-to-speech/{voice_id}.
        Costs something.
        Audio bytes, audio/mpeg by default. seed 0 to 4294967295; 3 dictionary locators at most. Default output format taken from public docs.
        """
    def tts_stream(
        self,
        *,
        path_params: ElevenlabsTtsStreamPathParams,
        body: ElevenlabsTtsStreamBody,
        query: ElevenlabsTtsStreamQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Stream speech: `tts-stream`, POST /v1/text-to-speech/{voice_id}/stream.
        Costs something.
        Chunked audio; no wav formats.
        """
    def tts_timestamps(
        self,
        *,
        path_params: ElevenlabsTtsTimestampsPathParams,
        body: ElevenlabsTtsTimestampsBody,
        query: ElevenlabsTtsTimestampsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Speech with timings: `tts-timestamps`, POST /v1/text-to-speech/{voice_id}/with-timestamps.
        Costs something.
        """
    def sound_generation(
        self,
        *,
        body: ElevenlabsSoundGenerationBody,
        query: ElevenlabsSoundGenerationQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Generate a sound: `sound-generation`, POST /v1/sound-generation.
        Costs something.
        duration_seconds 0.5 to 30; prompt_influence 0 to 1. MP3 bytes.
        """
    def audio_isolation(
        self,
        *,
        files: ElevenlabsAudioIsolationFiles,
        body: ElevenlabsAudioIsolationBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Isolate a voice: `audio-isolation`, POST /v1/audio-isolation.
        Costs something.
        """
    def audio_isolation_stream(
        self,
        *,
        files: ElevenlabsAudioIsolationStreamFiles,
        body: ElevenlabsAudioIsolationStreamBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Isolate a voice, streamed: `audio-isolation-stream`, POST /v1/audio-isolation/stream.
        Costs something.
        """
    def create_dubbing(
        self,
        *,
        body: ElevenlabsCreateDubbingBody | None = None,
        files: ElevenlabsCreateDubbingFiles | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a dub: `create-dubbing`, POST /v1/dubbing.
        Costs something.
        Starts a job.
        Either file or source_url. num_speakers 0 means detect. Result is fetched with get-dubbed-audio.
        """
    def get_dubbing(
        self,
        *,
        path_params: ElevenlabsGetDubbingPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a dub: `get-dubbing`, GET /v1/dubbing/{dubbing_id}.
        status values dubbing, dubbed, failed; the list filter also knows queued and preparing.
        """
    def get_dubbed_audio(
        self,
        *,
        path_params: ElevenlabsGetDubbedAudioPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Download a dub: `get-dubbed-audio`, GET /v1/dubbing/{dubbing_id}/audio/{language_code}.
        MP3 or MP4 bytes.
        """
    def delete_dubbing(
        self,
        *,
        path_params: ElevenlabsDeleteDubbingPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a dub: `delete-dubbing`, DELETE /v1/dubbing/{dubbing_id}."""
    def get_history(
        self,
        *,
        query: ElevenlabsGetHistoryQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List history: `get-history`, GET /v1/history.
        model_id makes source mandatory.
        """
    def get_history_item(
        self,
        *,
        path_params: ElevenlabsGetHistoryItemPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a history item: `get-history-item`, GET /v1/history/{history_item_id}."""
    def get_history_audio(
        self,
        *,
        path_params: ElevenlabsGetHistoryAudioPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> FileAnswer:
        """Download history audio: `get-history-audio`, GET /v1/history/{history_item_id}/audio."""
    def delete_history_item(
        self,
        *,
        path_params: ElevenlabsDeleteHistoryItemPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a history item: `delete-history-item`, DELETE /v1/history/{history_item_id}."""
    def get_user(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read own user: `get-user`, GET /v1/user.
        Reply can carry the API key in xi_api_key: strip it before answering a caller.
        """
    def get_subscription(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read subscription: `get-subscription`, GET /v1/user/subscription."""

class LiveavatarActions:
    def create_session_token(
        self,
        *,
        body: Union[LiveavatarCreateSessionTokenBody1, LiveavatarCreateSessionTokenBody2],
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a session token: `create-session-token`, POST /v1/sessions/token.
        avatar_id is a UUID of this service. avatar_persona was mandatory in one schema version and is deprecated in a newer one. speed 0.8 to 1.2 (elevenLabs); temperature 0.6 to 1.2 (OpenAI), 0 to 2 (Gemini).
        """
    def start_session(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Start a session: `start-session`, POST /v1/sessions/start.
        Costs something.
        Authorization: Bearer session_token, not the API key. Answers 201.
        """
    def stop_session(
        self,
        *,
        body: LiveavatarStopSessionBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Stop a session: `stop-session`, POST /v1/sessions/stop."""
    def keep_session_alive(
        self,
        *,
        body: LiveavatarKeepSessionAliveBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Keep a session alive: `keep-session-alive`, POST /v1/sessions/keep-alive."""
    def list_sessions(
        self,
        *,
        query: LiveavatarListSessionsQuery,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List sessions: `list-sessions`, GET /v1/sessions."""
    def get_session_transcript(
        self,
        *,
        path_params: LiveavatarGetSessionTranscriptPathParams,
        query: LiveavatarGetSessionTranscriptQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a transcript: `get-session-transcript`, GET /v1/sessions/{session_id}/transcript."""
    def delete_session_events(
        self,
        *,
        path_params: LiveavatarDeleteSessionEventsPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove session events: `delete-session-events`, DELETE /v1/sessions/{session_id}/events."""
    def list_avatars(
        self,
        *,
        query: LiveavatarListAvatarsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List own avatars: `list-avatars`, GET /v1/avatars."""
    def list_public_avatars(
        self,
        *,
        query: LiveavatarListPublicAvatarsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List public avatars: `list-public-avatars`, GET /v1/avatars/public.
        Needs no credentials.
        """
    def get_avatar(
        self,
        *,
        path_params: LiveavatarGetAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read an avatar: `get-avatar`, GET /v1/avatars/{avatar_id}."""
    def update_avatar(
        self,
        *,
        path_params: LiveavatarUpdateAvatarPathParams,
        body: LiveavatarUpdateAvatarBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change an avatar: `update-avatar`, PATCH /v1/avatars/{avatar_id}."""
    def delete_avatar(
        self,
        *,
        path_params: LiveavatarDeleteAvatarPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove an avatar: `delete-avatar`, DELETE /v1/avatars/{avatar_id}."""
    def list_voices(
        self,
        *,
        query: LiveavatarListVoicesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List voices: `list-voices`, GET /v1/voices."""
    def add_third_party_voice(
        self,
        *,
        body: LiveavatarAddThirdPartyVoiceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Link an external voice: `add-third-party-voice`, POST /v1/voices/third_party."""
    def get_voice(
        self,
        *,
        path_params: LiveavatarGetVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a voice: `get-voice`, GET /v1/voices/{voice_id}."""
    def update_voice(
        self,
        *,
        path_params: LiveavatarUpdateVoicePathParams,
        body: LiveavatarUpdateVoiceBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Rename a voice: `update-voice`, PATCH /v1/voices/{voice_id}.
        name is 1 to 64 characters.
        """
    def delete_voice(
        self,
        *,
        path_params: LiveavatarDeleteVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a voice: `delete-voice`, DELETE /v1/voices/{voice_id}."""
    def preview_voice(
        self,
        *,
        path_params: LiveavatarPreviewVoicePathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Preview a voice: `preview-voice`, GET /v1/voices/{voice_id}/preview."""
    def list_contexts(
        self,
        *,
        query: LiveavatarListContextsQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List contexts: `list-contexts`, GET /v1/contexts."""
    def create_context(
        self,
        *,
        body: LiveavatarCreateContextBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a context: `create-context`, POST /v1/contexts."""
    def get_context(
        self,
        *,
        path_params: LiveavatarGetContextPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a context: `get-context`, GET /v1/contexts/{context_id}."""
    def update_context(
        self,
        *,
        path_params: LiveavatarUpdateContextPathParams,
        body: LiveavatarUpdateContextBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a context: `update-context`, PATCH /v1/contexts/{context_id}."""
    def delete_context(
        self,
        *,
        path_params: LiveavatarDeleteContextPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a context: `delete-context`, DELETE /v1/contexts/{context_id}."""
    def list_memories(
        self,
        *,
        query: LiveavatarListMemoriesQuery | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List memories: `list-memories`, GET /v1/memory."""
    def create_memory(
        self,
        *,
        body: LiveavatarCreateMemoryBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create a memory: `create-memory`, POST /v1/memory."""
    def get_memory(
        self,
        *,
        path_params: LiveavatarGetMemoryPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a memory: `get-memory`, GET /v1/memory/{memory_id}."""
    def delete_memory(
        self,
        *,
        path_params: LiveavatarDeleteMemoryPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a memory: `delete-memory`, DELETE /v1/memory/{memory_id}.
        Answers 204.
        """
    def list_secrets(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List secrets: `list-secrets`, GET /v1/secrets."""
    def create_secret(
        self,
        *,
        body: LiveavatarCreateSecretBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Store a secret: `create-secret`, POST /v1/secrets.
        LLM_API_KEY is only in a guide; whether secret_type is mandatory is unclear.
        """
    def delete_secret(
        self,
        *,
        path_params: LiveavatarDeleteSecretPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a secret: `delete-secret`, DELETE /v1/secrets/{secret_id}."""
    def list_llm_configurations(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List model set-ups: `list-llm-configurations`, GET /v1/llm-configurations."""
    def create_llm_configuration(
        self,
        *,
        body: LiveavatarCreateLlmConfigurationBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Add a model set-up: `create-llm-configuration`, POST /v1/llm-configurations."""
    def get_llm_configuration(
        self,
        *,
        path_params: LiveavatarGetLlmConfigurationPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read a model set-up: `get-llm-configuration`, GET /v1/llm-configurations/{config_id}."""
    def update_llm_configuration(
        self,
        *,
        path_params: LiveavatarUpdateLlmConfigurationPathParams,
        body: LiveavatarUpdateLlmConfigurationBody | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Change a model set-up: `update-llm-configuration`, PATCH /v1/llm-configurations/{config_id}."""
    def delete_llm_configuration(
        self,
        *,
        path_params: LiveavatarDeleteLlmConfigurationPathParams,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Remove a model set-up: `delete-llm-configuration`, DELETE /v1/llm-configurations/{config_id}."""
    def list_llm_models(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List models: `list-llm-models`, GET /v1/llm-models."""
    def list_languages(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """List languages: `list-languages`, GET /v1/languages."""
    def get_credits(
        self,
        *,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Read credits: `get-credits`, GET /v1/users/credits."""
    def create_embedding(
        self,
        *,
        body: LiveavatarCreateEmbeddingBody,
        headers: dict[str, str] | None = None,
        idempotency_key: str | Literal[False] | None = None,
        timeout: float | None = None,
        on_progress: Progress | None = None,
    ) -> Answer:
        """Create an embed: `create-embedding`, POST /v2/embeddings.
        End of the schema not seen; further fields possible.
        """
