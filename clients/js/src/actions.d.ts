// Written by `python -m clients.generator` from the catalogue; do not edit.
import type { Answer, CallOptions, FileAnswer, FileLike } from './client.d.ts';

export interface HeygenActions {
  /**
   * List templates: `list-templates`, GET /v2/templates.
   * Whole list at once. Item: template_id, name, thumbnail_image_url, aspect_ratio.
   * Its own API ends on 2026-10-31. Successor: v3-list-templates.
   */
  listTemplates(call?: CallOptions): Promise<Answer<'templates'>>;
  /**
   * Read a template: `get-template`, GET /v2/template/{template_id}.
   * variables is an object keyed by variable name.
   * Its own API ends on 2026-10-31. Successor: v3-get-template.
   */
  getTemplate(call: CallOptions & { path_params: { template_id: string | number } }): Promise<Answer<'variables'>>;
  /**
   * Render from a template: `generate-template-video`, POST /v2/template/{template_id}/generate.
   * Costs something.
   * Starts a job.
   * test appears in older examples and in the documented contract, not in the last official schema.
   * Its own API ends on 2026-10-31. Successor: v3-generate-template-video.
   */
  generateTemplateVideo(call: CallOptions & { path_params: { template_id: string | number }; body: HeygenGenerateTemplateVideoBody }): Promise<Answer<'video_id'>>;
  /**
   * List avatars: `list-avatars`, GET /v2/avatars.
   * Unpaginated. HeyGen names v3-list-avatars (groups) as the replacement; the ids used in requests are look ids.
   * Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
   */
  listAvatars(call?: CallOptions): Promise<Answer<'avatars' | 'talking_photos'>>;
  /**
   * List voices: `list-voices`, GET /v2/voices.
   * Unpaginated.
   * Its own API ends on 2026-10-31. Successor: v3-list-voices.
   */
  listVoices(call?: CallOptions): Promise<Answer<'voices'>>;
  /**
   * Render a video: `generate-video`, POST /v2/video/generate.
   * Costs something.
   * Starts a job.
   * 1 to 50 video_inputs; input_text under 5000 characters. Last schema marks dimension required, the guide calls it optional. test and aspect_ratio are pre-4.0.8 fields.
   * Its own API ends on 2026-10-31. Successor: v3-create-video.
   */
  generateVideo(call: CallOptions & { body: HeygenGenerateVideoBody }): Promise<Answer<'video_id'>>;
  /**
   * Read a video: `video-status`, GET /v1/video_status.get.
   * v1 envelope (code 100). URLs live 7 days. status: waiting, pending, processing, completed, failed.
   * Its own API ends on 2026-10-31. Successor: v3-get-video.
   */
  videoStatus(call: CallOptions & { query: { video_id: string } }): Promise<Answer<'id' | 'status' | 'video_url' | 'video_url_caption' | 'caption_url' | 'thumbnail_url' | 'gif_url' | 'duration' | 'created_at' | 'callback_id' | 'error'>>;
  /**
   * List videos: `list-videos`, GET /v1/video.list.
   * No has_more: an empty token ends the walk.
   * Its own API ends on 2026-10-31. Successor: v3-list-videos.
   */
  listVideos(call?: CallOptions & { query?: { limit?: number; token?: string; folder_id?: string; title?: string } }): Promise<Answer<'videos' | 'token'>>;
  /**
   * Remove a video: `delete-video`, DELETE /v1/video.delete.
   * The ibl listing shows GET; HeyGen documents DELETE. Unknown id: 404 with numeric code 40104.
   * Its own API ends on 2026-10-31. Successor: v3-delete-video.
   */
  deleteVideo(call: CallOptions & { query: { video_id: string } }): Promise<Answer>;
  /**
   * Start a translation: `translate-video`, POST /v2/video_translate.
   * Costs something.
   * Starts a job.
   * Either video_url or video_id. output_languages replaces output_language and yields video_translate_ids (community client); mode default unknown.
   * Its own API ends on 2026-10-31. Successor: v3-create-video-translation.
   */
  translateVideo(call: CallOptions & { body: HeygenTranslateVideoBody }): Promise<Answer<'video_translate_id' | 'video_translate_ids'>>;
  /**
   * Read a translation: `translation-status`, GET /v2/video_translate/{video_translate_id}.
   * status: pending, running, success, failed. url lives 7 days.
   * Its own API ends on 2026-10-31. Successor: v3-get-video-translation.
   */
  translationStatus(call: CallOptions & { path_params: { video_translate_id: string | number } }): Promise<Answer<'video_translate_id' | 'title' | 'status' | 'url' | 'message'>>;
  /**
   * Upload raw bytes: `upload-asset`, POST /v1/asset.
   * Body is the file itself; Content-Type one of image/png, image/jpeg, video/mp4, video/webm, audio/mpeg (audio/wav per skills). Successor is multipart on the api host.
   * Its own API ends on 2026-10-31. Successor: v3-upload-asset.
   */
  uploadAsset(call: CallOptions & { file: FileLike }): Promise<Answer<'id' | 'name' | 'file_type' | 'url' | 'image_key' | 'folder_id' | 'meta' | 'created_ts'>>;
  /**
   * Read an asset: `get-asset`, GET /v1/asset/{asset_id}.
   * Only the ibl catalogue lists it.
   * Its own API ends on 2026-10-31. Successor: v3-get-asset.
   */
  getAsset(call: CallOptions & { path_params: { asset_id: string | number } }): Promise<Answer>;
  /**
   * Create a photo avatar: `create-photo-avatar`, POST /v2/photo_avatar.
   * Costs something.
   * Starts a job.
   * Path only in the ibl catalogue; HeyGen documents create-photo-avatar-group and generate-photo-avatar-photos. Body unknown.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  createPhotoAvatar(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * Read a photo avatar: `photo-avatar-train-status`, GET /v2/photo_avatar/{photo_avatar_id}.
   * Same endpoint as get-photo-avatar. Training state proper is get-photo-avatar-training-status.
   * Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
   */
  photoAvatarTrainStatus(call: CallOptions & { path_params: { photo_avatar_id: string | number } }): Promise<Answer<'id' | 'group_id' | 'name' | 'status' | 'image_url' | 'is_motion' | 'business_type'>>;
  /**
   * Render a talking photo: `generate-talking-photo`, POST /v2/video/talking_photo.
   * Costs something.
   * Starts a job.
   * Path only in the ibl catalogue; HeyGen documents generate-video with character.type talking_photo. Body unknown.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-video.
   */
  generateTalkingPhoto(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * List talking photos: `list-talking-photos`, GET /v1/talking_photo.list.
   * data is the array itself.
   * Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
   */
  listTalkingPhotos(call?: CallOptions): Promise<Answer<'id' | 'image_url' | 'circle_image'>>;
  /**
   * Read remaining credits: `get-remaining-quota`, GET /v2/user/remaining_quota.
   * used_quota and details are not always present.
   * Its own API ends on 2026-10-31. Successor: v3-get-current-user.
   */
  getRemainingQuota(call?: CallOptions): Promise<Answer<'remaining_quota' | 'used_quota' | 'details'>>;
  /**
   * Register a webhook: `add-webhook`, POST /v1/webhook/endpoint.add.
   * Bad address: 400 with numeric code 400542.
   * Its own API ends on 2026-10-31. Successor: v3-create-webhook-endpoint.
   */
  addWebhook(call: CallOptions & { body: HeygenAddWebhookBody }): Promise<Answer<'endpoint_id' | 'username' | 'url' | 'status' | 'events' | 'secret' | 'created_at'>>;
  /**
   * List webhooks: `list-webhooks`, GET /v1/webhook/endpoint.list.
   * data is the array itself; secret is included.
   * Its own API ends on 2026-10-31. Successor: v3-list-webhook-endpoints.
   */
  listWebhooks(call?: CallOptions): Promise<Answer<'endpoint_id' | 'username' | 'url' | 'status' | 'events' | 'secret' | 'created_at'>>;
  /**
   * Remove a webhook: `delete-webhook`, DELETE /v1/webhook/endpoint.delete.
   * ibl sends endpoint_id as JSON; HeyGen documents the query string.
   * Its own API ends on 2026-10-31. Successor: v3-delete-webhook-endpoint.
   */
  deleteWebhook(call: CallOptions & { query: { endpoint_id: string } }): Promise<Answer>;
  /**
   * List avatars (v1): `list-avatars-v1`, GET /v1/avatar.list.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
   */
  listAvatarsV1(call?: CallOptions): Promise<Answer>;
  /**
   * List voices (v1): `list-voices-v1`, GET /v1/voice.list.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-list-voices.
   */
  listVoicesV1(call?: CallOptions): Promise<Answer>;
  /**
   * Read a template with scenes: `get-template-details`, GET /v3/template/{template_id}.
   * Old singular path with the v2 envelope, despite /v3/.
   * Its own API ends on 2026-10-31. Successor: v3-get-template.
   */
  getTemplateDetails(call: CallOptions & { path_params: { template_id: string | number } }): Promise<Answer<'version' | 'variables' | 'scenes'>>;
  /**
   * Render a transparent video: `create-webm-video`, POST /v1/video.webm.
   * Costs something.
   * Starts a job.
   * Studio avatars only. v1 envelope. Successor: output_format webm.
   * Its own API ends on 2026-10-31. Successor: v3-create-video.
   */
  createWebmVideo(call?: CallOptions & { body?: HeygenCreateWebmVideoBody }): Promise<Answer<'video_id'>>;
  /**
   * Animate a photo: `create-avatar-iv-video`, POST /v2/video/av4/generate.
   * Costs something.
   * Starts a job.
   * Successor: type image.
   * Its own API ends on 2026-10-31. Successor: v3-create-video.
   */
  createAvatarIvVideo(call: CallOptions & { body: HeygenCreateAvatarIvVideoBody }): Promise<Answer<'video_id'>>;
  /**
   * Render from a prompt: `generate-video-agent`, POST /v1/video_agent/generate.
   * Costs something.
   * Starts a job.
   * duration_sec 5 to 300; callback_id needs callback_url.
   * Its own API ends on 2026-10-31. Successor: v3-create-video-agent.
   */
  generateVideoAgent(call: CallOptions & { body: HeygenGenerateVideoAgentBody }): Promise<Answer<'video_id'>>;
  /**
   * Make a share link: `share-video`, POST /v1/video/share.
   * data is the URL string. Closest v3 field: video_page_url of v3-get-video.
   * @deprecated Its own API ends on 2026-10-31.
   */
  shareVideo(call: CallOptions & { body: HeygenShareVideoBody }): Promise<Answer>;
  /**
   * List target languages: `list-translation-languages`, GET /v2/video_translate/target_languages.
   * Its own API ends on 2026-10-31. Successor: v3-list-translation-languages.
   */
  listTranslationLanguages(call?: CallOptions): Promise<Answer<'languages'>>;
  /**
   * Get translated captions: `get-translation-caption`, GET /v2/video_translate/caption.
   * Enum may be longer. A community client uses /v2/video_translate/{id}/caption instead.
   * Its own API ends on 2026-10-31. Successor: v3-get-video-translation.
   */
  getTranslationCaption(call: CallOptions & { query: { video_translate_id: string; caption_type: 'vtt' } }): Promise<Answer<'caption_url'>>;
  /**
   * Open a proofread: `create-proofread`, POST /v2/video_translate/proofread.
   * Costs something.
   * Starts a job.
   * Existence documented; path and fields from a community client.
   * Its own API ends on 2026-10-31. Successor: v3-create-proofread.
   */
  createProofread(call: CallOptions & { body: HeygenCreateProofreadBody }): Promise<Answer<'proofread_id' | 'proofread_ids' | 'status'>>;
  /**
   * Read a proofread: `get-proofread-status`, GET /v2/video_translate/proofread/status/{proofread_id}.
   * Path from a community client.
   * Its own API ends on 2026-10-31. Successor: v3-get-proofread.
   */
  getProofreadStatus(call: CallOptions & { path_params: { proofread_id: string | number } }): Promise<Answer<'proofread_id' | 'status' | 'details' | 'submitted_for_review'>>;
  /**
   * Get proofread subtitles: `download-proofread-srt`, GET /v2/video_translate/proofread/{proofread_id}/download-srt.
   * Path from a community client.
   * Its own API ends on 2026-10-31. Successor: v3-get-proofread-srt.
   */
  downloadProofreadSrt(call: CallOptions & { path_params: { proofread_id: string | number } }): Promise<Answer<'srt_url'>>;
  /**
   * Replace proofread subtitles: `upload-proofread-srt`, POST /v2/video_translate/proofread/{proofread_id}/upload-srt.
   * Path from a community client.
   * Its own API ends on 2026-10-31. Successor: v3-update-proofread-srt.
   */
  uploadProofreadSrt(call: CallOptions & { path_params: { proofread_id: string | number }; body: HeygenUploadProofreadSrtBody }): Promise<Answer>;
  /**
   * Render from a proofread: `generate-proofread-video`, POST /v2/video_translate/proofread/{proofread_id}/generate.
   * Costs something.
   * Starts a job.
   * Path from a community client.
   * Its own API ends on 2026-10-31. Successor: v3-generate-proofread-video.
   */
  generateProofreadVideo(call: CallOptions & { path_params: { proofread_id: string | number }; body?: HeygenGenerateProofreadVideoBody }): Promise<Answer<'video_translate_id' | 'status'>>;
  /**
   * Generate avatar photos: `generate-photo-avatar-photos`, POST /v2/photo_avatar/photo/generate.
   * Costs something.
   * Starts a job.
   * appearance up to 1000 characters. Successor: type prompt (free text only).
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  generatePhotoAvatarPhotos(call: CallOptions & { body: HeygenGeneratePhotoAvatarPhotosBody }): Promise<Answer<'generation_id'>>;
  /**
   * Generate avatar looks: `generate-photo-avatar-looks`, POST /v2/photo_avatar/look/generate.
   * Costs something.
   * Starts a job.
   * Group must be trained. Successor: type prompt with avatar_group_id.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  generatePhotoAvatarLooks(call: CallOptions & { body: HeygenGeneratePhotoAvatarLooksBody }): Promise<Answer<'generation_id'>>;
  /**
   * Read a photo generation: `get-photo-generation-status`, GET /v2/photo_avatar/generation/{generation_id}.
   * status: pending, processing, success, failed.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
   */
  getPhotoGenerationStatus(call: CallOptions & { path_params: { generation_id: string | number } }): Promise<Answer<'id' | 'status' | 'msg' | 'image_url_list' | 'image_key_list'>>;
  /**
   * Create an avatar group: `create-photo-avatar-group`, POST /v2/photo_avatar/avatar_group/create.
   * Starts a job.
   * image_key comes from upload-asset. Successor: type photo.
   * Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  createPhotoAvatarGroup(call: CallOptions & { body: HeygenCreatePhotoAvatarGroupBody }): Promise<Answer<'id' | 'group_id' | 'name' | 'status' | 'image_url' | 'is_motion' | 'business_type' | 'created_at'>>;
  /**
   * Add looks to a group: `add-photo-avatar-looks`, POST /v2/photo_avatar/avatar_group/add.
   * At most 4 image_keys. Successor: type photo with avatar_group_id.
   * Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  addPhotoAvatarLooks(call: CallOptions & { body: HeygenAddPhotoAvatarLooksBody }): Promise<Answer<'photo_avatar_list'>>;
  /**
   * Train a group: `train-photo-avatar-group`, POST /v2/photo_avatar/train.
   * Costs something.
   * Starts a job.
   * The status call takes the group_id that was sent. No v3 counterpart. Some clients also treat error as a failure value.
   * @deprecated Its own API ends on 2026-10-31.
   */
  trainPhotoAvatarGroup(call: CallOptions & { body: HeygenTrainPhotoAvatarGroupBody }): Promise<Answer<'flow_id'>>;
  /**
   * Read training state: `get-photo-avatar-training-status`, GET /v2/photo_avatar/train/status/{group_id}.
   * status values pending, training, ready, failed come from community clients.
   * Its own API ends on 2026-10-31. Successor: v3-get-avatar.
   */
  getPhotoAvatarTrainingStatus(call: CallOptions & { path_params: { group_id: string | number } }): Promise<Answer<'status' | 'error_msg' | 'created_at' | 'updated_at'>>;
  /**
   * Add motion: `add-photo-avatar-motion`, POST /v2/photo_avatar/add_motion.
   * Costs something.
   * Starts a job.
   * Returns a new avatar id; is_motion turns true. motion_type enum not fixed (consistent is a community default; avatar_iv is refused). v3: motion_prompt per video instead.
   * @deprecated Its own API ends on 2026-10-31.
   */
  addPhotoAvatarMotion(call: CallOptions & { body: HeygenAddPhotoAvatarMotionBody }): Promise<Answer<'id'>>;
  /**
   * Add a sound effect: `add-photo-avatar-sound-effect`, POST /v2/photo_avatar/add_sound_effect.
   * No v3 counterpart.
   * @deprecated Its own API ends on 2026-10-31.
   */
  addPhotoAvatarSoundEffect(call: CallOptions & { body: HeygenAddPhotoAvatarSoundEffectBody }): Promise<Answer>;
  /**
   * Upscale an avatar: `upscale-photo-avatar`, POST /v2/photo_avatar/upscale.
   * Costs something.
   * Needs a look that already has motion. No v3 counterpart.
   * @deprecated Its own API ends on 2026-10-31.
   */
  upscalePhotoAvatar(call: CallOptions & { body: HeygenUpscalePhotoAvatarBody }): Promise<Answer>;
  /**
   * Read a photo avatar or look: `get-photo-avatar`, GET /v2/photo_avatar/{id}.
   * Same endpoint as photo-avatar-train-status.
   * Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
   */
  getPhotoAvatar(call: CallOptions & { path_params: { id: string | number } }): Promise<Answer<'id' | 'group_id' | 'name' | 'status' | 'image_url' | 'is_motion' | 'business_type'>>;
  /**
   * Remove a photo avatar: `delete-photo-avatar`, DELETE /v2/photo_avatar/{id}.
   * Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
   */
  deletePhotoAvatar(call: CallOptions & { path_params: { id: string | number } }): Promise<Answer>;
  /**
   * Remove a photo avatar group: `delete-photo-avatar-group`, DELETE /v2/photo_avatar_group/{group_id}.
   * Its own API ends on 2026-10-31. Successor: v3-delete-avatar.
   */
  deletePhotoAvatarGroup(call: CallOptions & { path_params: { group_id: string | number } }): Promise<Answer>;
  /**
   * List avatar groups: `list-avatar-groups`, GET /v2/avatar_group.list.
   * Its own API ends on 2026-10-31. Successor: v3-list-avatars.
   */
  listAvatarGroups(call?: CallOptions & { query?: { include_public?: boolean } }): Promise<Answer<'avatar_group_list'>>;
  /**
   * List a group’s avatars: `list-avatars-in-group`, GET /v2/avatar_group/{group_id}/avatars.
   * Successor: query group_id.
   * Its own API ends on 2026-10-31. Successor: v3-list-avatar-looks.
   */
  listAvatarsInGroup(call: CallOptions & { path_params: { group_id: string | number } }): Promise<Answer<'avatar_list'>>;
  /**
   * Read an avatar: `get-avatar-details`, GET /v2/avatar/{avatar_id}/details.
   * Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
   */
  getAvatarDetails(call: CallOptions & { path_params: { avatar_id: string | number } }): Promise<Answer>;
  /**
   * Search public groups: `search-public-avatar-groups`, GET /v3/avatar_groups/search.
   * Withdrawn around February 2026. Successor has no text or tag search.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-list-avatars.
   */
  searchPublicAvatarGroups(call?: CallOptions & { query?: { page?: number; page_size?: number; query?: string; search_tags?: string; list_filter?: string } }): Promise<Answer>;
  /**
   * Create a digital twin: `create-video-avatar`, POST /v2/video_avatar.
   * Starts a job.
   * Successor: type digital_twin plus v3-create-avatar-consent.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  createVideoAvatar(call: CallOptions & { body: HeygenCreateVideoAvatarBody }): Promise<Answer>;
  /**
   * Read a digital twin: `get-video-avatar`, GET /v2/video_avatar/{avatar_id}.
   * Its own API ends on 2026-10-31. Successor: v3-get-avatar-look.
   */
  getVideoAvatar(call: CallOptions & { path_params: { avatar_id: string | number } }): Promise<Answer>;
  /**
   * Remove a digital twin: `delete-video-avatar`, DELETE /v2/video_avatar/{avatar_id}.
   * Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
   */
  deleteVideoAvatar(call: CallOptions & { path_params: { avatar_id: string | number } }): Promise<Answer>;
  /**
   * List voice locales: `list-voice-locales`, GET /v2/voices/locales.
   * No v3 counterpart.
   * @deprecated Its own API ends on 2026-10-31.
   */
  listVoiceLocales(call?: CallOptions): Promise<Answer<'locales'>>;
  /**
   * Preview a voice: `preview-voice`, POST /v2/voices/{voice_id}/preview.
   * Costs something.
   * Enterprise beta.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-create-speech.
   */
  previewVoice(call: CallOptions & { path_params: { voice_id: string | number }; body: HeygenPreviewVoiceBody }): Promise<Answer>;
  /**
   * List speech voices: `list-tts-voices`, GET /v1/audio/voices.
   * Successor: query engine=starfish.
   * Its own API ends on 2026-10-31. Successor: v3-list-voices.
   */
  listTtsVoices(call?: CallOptions): Promise<Answer>;
  /**
   * Synthesise speech: `text-to-speech`, POST /v1/audio/text_to_speech.
   * Costs something.
   * Further optional fields exist, not captured.
   * Its own API ends on 2026-10-31. Successor: v3-create-speech.
   */
  textToSpeech(call: CallOptions & { body: HeygenTextToSpeechBody }): Promise<Answer>;
  /**
   * List brand glossaries: `list-brand-voices`, GET /v1/brand_voice/list.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-list-brand-glossaries.
   */
  listBrandVoices(call?: CallOptions & { query?: { limit?: number; token?: string; name_only?: boolean } }): Promise<Answer>;
  /**
   * Change a brand glossary: `update-brand-voice`, POST /v1/brand_voice/{brand_voice_id}.
   * @deprecated Its own API ends on 2026-10-31. Successor: v3-update-brand-glossary.
   */
  updateBrandVoice(call: CallOptions & { path_params: { brand_voice_id: string | number }; body?: HeygenUpdateBrandVoiceBody }): Promise<Answer>;
  /**
   * Upload a talking photo: `upload-talking-photo`, POST /v1/talking_photo.
   * Raw image/jpeg or image/png. talking_photo_url in the reply is from a community client. Successor needs v3-upload-asset first (or an inline URL).
   * Its own API ends on 2026-10-31. Successor: v3-create-avatar.
   */
  uploadTalkingPhoto(call: CallOptions & { file: FileLike }): Promise<Answer<'talking_photo_id' | 'talking_photo_url'>>;
  /**
   * Remove a talking photo: `delete-talking-photo`, DELETE /v2/talking_photo/{id}.
   * Its own API ends on 2026-10-31. Successor: v3-delete-avatar-look.
   */
  deleteTalkingPhoto(call: CallOptions & { path_params: { id: string | number } }): Promise<Answer>;
  /**
   * List assets: `list-assets`, GET /v1/asset/list.
   * Successor has no file_type filter and needs username while in beta.
   * Its own API ends on 2026-10-31. Successor: v3-list-assets.
   */
  listAssets(call?: CallOptions & { query?: { folder_id?: string; file_type?: 'audio' | 'video' | 'image'; limit?: number; token?: string } }): Promise<Answer<'assets' | 'total' | 'token'>>;
  /**
   * Remove an asset: `delete-asset`, POST /v1/asset/{asset_id}/delete.
   * Its own API ends on 2026-10-31. Successor: v3-delete-asset.
   */
  deleteAsset(call: CallOptions & { path_params: { asset_id: string | number } }): Promise<Answer>;
  /**
   * List folders: `list-folders`, GET /v1/folders.
   * No v3 list found.
   * @deprecated Its own API ends on 2026-10-31.
   */
  listFolders(call?: CallOptions & { query?: { limit?: number; parent_id?: string; name_filter?: string; is_trash?: boolean; token?: string } }): Promise<Answer<'folders' | 'token'>>;
  /**
   * Create a folder: `create-folder`, POST /v1/folders/create.
   * Its own API ends on 2026-10-31. Successor: v3-create-folder.
   */
  createFolder(call: CallOptions & { body: HeygenCreateFolderBody }): Promise<Answer<'id' | 'name' | 'parent_id' | 'project_type'>>;
  /**
   * Rename a folder: `update-folder`, POST /v1/folders/{folder_id}.
   * No v3 counterpart found.
   * @deprecated Its own API ends on 2026-10-31.
   */
  updateFolder(call: CallOptions & { path_params: { folder_id: string | number }; body: HeygenUpdateFolderBody }): Promise<Answer>;
  /**
   * Move a folder to trash: `trash-folder`, POST /v1/folders/{folder_id}/trash.
   * Reversible by restore-folder. No v3 counterpart found.
   * @deprecated Its own API ends on 2026-10-31.
   */
  trashFolder(call: CallOptions & { path_params: { folder_id: string | number } }): Promise<Answer>;
  /**
   * Restore a folder: `restore-folder`, POST /v1/folders/{folder_id}/restore.
   * No v3 counterpart found.
   * @deprecated Its own API ends on 2026-10-31.
   */
  restoreFolder(call: CallOptions & { path_params: { folder_id: string | number } }): Promise<Answer>;
  /**
   * Read own account: `get-current-user`, GET /v1/user/me.
   * Its own API ends on 2026-10-31. Successor: v3-get-current-user.
   */
  getCurrentUser(call?: CallOptions): Promise<Answer>;
  /**
   * List event types: `list-webhook-events`, GET /v1/webhook/webhook.list.
   * Its own API ends on 2026-10-31. Successor: v3-list-webhook-event-types.
   */
  listWebhookEvents(call?: CallOptions): Promise<Answer>;
  /**
   * Change a webhook: `update-webhook`, PATCH /v1/webhook/endpoint.update.
   * Unknown id: 404 with numeric code 400131. Required set not certain.
   * Its own API ends on 2026-10-31. Successor: v3-update-webhook-endpoint.
   */
  updateWebhook(call: CallOptions & { body: HeygenUpdateWebhookBody }): Promise<Answer<'endpoint_id' | 'username' | 'url' | 'status' | 'events' | 'secret' | 'created_at'>>;
  /**
   * Add project contacts: `add-personalized-contact`, POST /v1/personalized_video/add_contact.
   * No v3 counterpart. One source says adding a contact alone renders nothing.
   * @deprecated Its own API ends on 2026-10-31.
   */
  addPersonalizedContact(call: CallOptions & { body: HeygenAddPersonalizedContactBody }): Promise<Answer>;
  /**
   * Read a project: `get-personalized-project`, GET /v1/personalized_video/project/detail.
   * No v3 counterpart.
   * @deprecated Its own API ends on 2026-10-31.
   */
  getPersonalizedProject(call: CallOptions & { query: { id: string } }): Promise<Answer>;
  /**
   * Read an audience entry: `get-personalized-audience`, GET /v1/personalized_video/audience/detail.
   * No v3 counterpart.
   * @deprecated Its own API ends on 2026-10-31.
   */
  getPersonalizedAudience(call: CallOptions & { query: { id: string } }): Promise<Answer>;
  /**
   * Open a streaming session: `create-streaming-session`, POST /v1/streaming.new.
   * Costs something.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Idle limit 30 to 3600 s. Version v2 answers url+access_token, the older WebRTC form answers sdp+ice_servers. Alias /v1/realtime.new.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:create-session-token.
   */
  createStreamingSession(call?: CallOptions & { body?: HeygenCreateStreamingSessionBody }): Promise<Answer<'session_id' | 'url' | 'access_token' | 'sdp' | 'ice_servers' | 'ice_servers2'>>;
  /**
   * Start a streaming session: `start-streaming-session`, POST /v1/streaming.start.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. sdp only in the older WebRTC form. Alias /v1/realtime.start.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:start-session.
   */
  startStreamingSession(call: CallOptions & { body: HeygenStartStreamingSessionBody }): Promise<Answer>;
  /**
   * Send an ICE candidate: `submit-streaming-ice`, POST /v1/streaming.ice.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. LiveKit handles this now. Alias /v1/realtime.ice.
   * @deprecated Its own API ends on 2026-03-31.
   */
  submitStreamingIce(call: CallOptions & { body: HeygenSubmitStreamingIceBody }): Promise<Answer>;
  /**
   * Make the avatar speak: `send-streaming-task`, POST /v1/streaming.task.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Text up to 1000 characters. Replaced by LiveKit data events, no REST call. Alias /v1/realtime.task.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:event:avatar.speak_text.
   */
  sendStreamingTask(call: CallOptions & { body: HeygenSendStreamingTaskBody }): Promise<Answer>;
  /**
   * Interrupt the avatar: `interrupt-streaming-task`, POST /v1/streaming.interrupt.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:event:avatar.interrupt.
   */
  interruptStreamingTask(call: CallOptions & { body: HeygenInterruptStreamingTaskBody }): Promise<Answer>;
  /**
   * Close a streaming session: `stop-streaming-session`, POST /v1/streaming.stop.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Alias /v1/realtime.stop.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:stop-session.
   */
  stopStreamingSession(call: CallOptions & { body: HeygenStopStreamingSessionBody }): Promise<Answer>;
  /**
   * Keep a session alive: `keep-alive-streaming-session`, POST /v1/streaming.keep_alive.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:keep-session-alive.
   */
  keepAliveStreamingSession(call: CallOptions & { body: HeygenKeepAliveStreamingSessionBody }): Promise<Answer>;
  /**
   * Create a session token: `create-streaming-token`, POST /v1/streaming.create_token.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Body may be empty.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:create-session-token.
   */
  createStreamingToken(call?: CallOptions & { body?: HeygenCreateStreamingTokenBody }): Promise<Answer<'token'>>;
  /**
   * List live sessions: `list-streaming-sessions`, GET /v1/streaming.list.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:list-sessions.
   */
  listStreamingSessions(call?: CallOptions): Promise<Answer>;
  /**
   * List past sessions: `list-streaming-history`, GET /v2/streaming.list.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service. Parameter names uncertain.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:list-sessions.
   */
  listStreamingHistory(call?: CallOptions & { query?: { page?: number; page_size?: number; token?: string } }): Promise<Answer>;
  /**
   * List streaming avatars: `list-streaming-avatars`, GET /v1/streaming/avatar.list.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:list-public-avatars.
   */
  listStreamingAvatars(call?: CallOptions): Promise<Answer>;
  /**
   * List knowledge bases: `list-knowledge-bases`, GET /v1/streaming/knowledge_base/list.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:list-contexts.
   */
  listKnowledgeBases(call?: CallOptions): Promise<Answer>;
  /**
   * Create a knowledge base: `create-knowledge-base`, POST /v1/streaming/knowledge_base/create.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:create-context.
   */
  createKnowledgeBase(call: CallOptions & { body: HeygenCreateKnowledgeBaseBody }): Promise<Answer>;
  /**
   * Change a knowledge base: `update-knowledge-base`, POST /v1/streaming/knowledge_base/{knowledge_base_id}.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:update-context.
   */
  updateKnowledgeBase(call: CallOptions & { path_params: { knowledge_base_id: string | number }; body?: HeygenUpdateKnowledgeBaseBody }): Promise<Answer>;
  /**
   * Remove a knowledge base: `delete-knowledge-base`, POST /v1/streaming/knowledge_base/{knowledge_base_id}/delete.
   * Streaming ended 2026-03-31; HeyGen keys do not work on the successor service.
   * @deprecated Its own API ends on 2026-03-31. Successor: liveavatar:delete-context.
   */
  deleteKnowledgeBase(call: CallOptions & { path_params: { knowledge_base_id: string | number } }): Promise<Answer>;
  /**
   * Start a clipping job: `v3-create-ai-clipping`, POST /v3/ai-clipping.
   * Costs something.
   * Starts a job.
   * Accepted with 202; the name of the id in the reply was not found (the read path calls it job_id, the job resource calls it id). Per-job callbacks carry no signature.
   */
  v3CreateAiClipping(call: CallOptions & { body: HeygenV3CreateAiClippingBody }): Promise<Answer>;
  /** Remove a clipping job: `v3-delete-ai-clipping`, DELETE /v3/ai-clipping/{job_id}. */
  v3DeleteAiClipping(call: CallOptions & { path_params: { job_id: string | number } }): Promise<Answer<'id'>>;
  /** Read a clipping job: `v3-get-ai-clipping`, GET /v3/ai-clipping/{job_id}. */
  v3GetAiClipping(call: CallOptions & { path_params: { job_id: string | number } }): Promise<Answer<'callback_id' | 'clips' | 'created_at' | 'failure_message' | 'id' | 'input_language' | 'output_settings' | 'progress' | 'source_duration' | 'status' | 'title'>>;
  /** List clipping jobs: `v3-list-ai-clippings`, GET /v3/ai-clipping. */
  v3ListAiClippings(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'callback_id' | 'clips' | 'created_at' | 'failure_message' | 'id' | 'input_language' | 'output_settings' | 'progress' | 'source_duration' | 'status' | 'title'>>;
  /** Read an upload batch: `v3-get-asset-batch`, GET /v3/assets/batches/{batch_id}. */
  v3GetAssetBatch(call: CallOptions & { path_params: { batch_id: string | number }; query?: { limit?: number; token?: string } }): Promise<Answer<'batch_id' | 'counts_by_status' | 'created_at' | 'has_more' | 'items' | 'next_token' | 'status' | 'title' | 'total_items'>>;
  /**
   * Finalise an upload batch: `v3-complete-asset-batch`, POST /v3/assets/complete/batches.
   * Starts a job.
   * Accepted with 202; repeated call re-drives the batch.
   */
  v3CompleteAssetBatch(call: CallOptions & { body: HeygenV3CompleteAssetBatchBody }): Promise<Answer<'batch_id'>>;
  /**
   * Finalise one direct upload: `v3-complete-asset`, POST /v3/assets/{asset_id}/complete.
   * 409 means the bytes are not visible yet: retry.
   */
  v3CompleteAsset(call: CallOptions & { path_params: { asset_id: string | number }; body?: HeygenV3CompleteAssetBody }): Promise<Answer<'asset_id' | 'mime_type' | 'size_bytes' | 'status' | 'url'>>;
  /**
   * Upload a file (multipart): `v3-upload-asset`, POST /v3/assets.
   * One part named file; at most 32 MB.
   */
  v3UploadAsset(call: CallOptions & { files: { file: FileLike } }): Promise<Answer<'asset_id' | 'mime_type' | 'size_bytes' | 'url'>>;
  /** Remove an asset: `v3-delete-asset`, DELETE /v3/assets/{asset_id}. */
  v3DeleteAsset(call: CallOptions & { path_params: { asset_id: string | number } }): Promise<Answer<'id'>>;
  /** Reserve many upload slots: `v3-create-direct-upload-batch`, POST /v3/assets/direct-uploads/batches. */
  v3CreateDirectUploadBatch(call: CallOptions & { body: HeygenV3CreateDirectUploadBatchBody }): Promise<Answer<'batch_id' | 'items'>>;
  /** Reserve one upload slot: `v3-create-direct-upload`, POST /v3/assets/direct-uploads. */
  v3CreateDirectUpload(call: CallOptions & { body: HeygenV3CreateDirectUploadBody }): Promise<Answer<'asset_id' | 'expires_in_seconds' | 'max_bytes' | 'status' | 'upload_headers' | 'upload_url'>>;
  /** Read an asset: `v3-get-asset`, GET /v3/assets/{asset_id}. */
  v3GetAsset(call: CallOptions & { path_params: { asset_id: string | number } }): Promise<Answer<'folder_id' | 'id' | 'name' | 'owner' | 'space_id' | 'type' | 'uploaded_at' | 'url'>>;
  /**
   * List assets (beta): `v3-list-assets`, GET /v3/assets.
   * Beta: username is mandatory for now.
   */
  v3ListAssets(call: CallOptions & { query: { username: string; limit?: number; token?: string; folder_id?: string } }): Promise<Answer<'folder_id' | 'id' | 'name' | 'owner' | 'space_id' | 'type' | 'uploaded_at' | 'url'>>;
  /**
   * Search images and icons: `v3-search-assets`, GET /v3/assets/search.
   * Hidden, pre-launch. type may be repeated.
   */
  v3SearchAssets(call: CallOptions & { query: { query: string; limit?: number; token?: string; type: 'image' | 'icon'; scope?: 'public' | 'personal' } }): Promise<Answer>;
  /** Bulk asset states: `v3-list-asset-statuses`, GET /v3/assets/statuses. */
  v3ListAssetStatuses(call?: CallOptions & { query?: { asset_ids?: string; batch_ids?: string } }): Promise<Answer<'batch_id' | 'error' | 'item_index' | 'status' | 'video_id'>>;
  /** Search music and effects: `v3-search-audio-sounds`, GET /v3/audio/sounds. */
  v3SearchAudioSounds(call: CallOptions & { query: { query: string; type?: 'music' | 'sound_effects'; limit?: number; min_score?: number; token?: string } }): Promise<Answer<'audio_url' | 'description' | 'duration' | 'id' | 'name' | 'peak_offset' | 'placement' | 'score' | 'type'>>;
  /** Record avatar consent: `v3-create-avatar-consent`, POST /v3/avatars/{group_id}/consent. */
  v3CreateAvatarConsent(call: CallOptions & { path_params: { group_id: string | number }; body?: HeygenV3CreateAvatarConsentBody }): Promise<Answer<'avatar_group' | 'url'>>;
  /**
   * Create an avatar: `v3-create-avatar`, POST /v3/avatars.
   * Costs something.
   * Starts a job.
   * Union on type: prompt, digital_twin, photo. Digital twins stop at pending_consent until consent is recorded.
   */
  v3CreateAvatar(call: CallOptions & { body: HeygenV3CreateAvatarBody }): Promise<Answer<'avatar_group' | 'avatar_item'>>;
  /** Remove an avatar group: `v3-delete-avatar`, DELETE /v3/avatars/{group_id}. */
  v3DeleteAvatar(call: CallOptions & { path_params: { group_id: string | number } }): Promise<Answer<'id'>>;
  /**
   * Read an avatar group: `v3-get-avatar`, GET /v3/avatars/{group_id}.
   * Path parameter is the group id.
   */
  v3GetAvatar(call: CallOptions & { path_params: { group_id: string | number } }): Promise<Answer<'consent_status' | 'created_at' | 'default_voice_id' | 'error' | 'gender' | 'id' | 'looks_count' | 'name' | 'preview_image_url' | 'preview_video_url' | 'status'>>;
  /**
   * List avatar groups: `v3-list-avatars`, GET /v3/avatars.
   * Returns groups; a group id is not usable as avatar_id in v3-create-video.
   */
  v3ListAvatars(call?: CallOptions & { query?: { ownership?: 'public' | 'private'; limit?: number; token?: string } }): Promise<Answer<'consent_status' | 'created_at' | 'default_voice_id' | 'error' | 'gender' | 'id' | 'looks_count' | 'name' | 'preview_image_url' | 'preview_video_url' | 'status'>>;
  /** Remove a look: `v3-delete-avatar-look`, DELETE /v3/avatars/looks/{look_id}. */
  v3DeleteAvatarLook(call: CallOptions & { path_params: { look_id: string | number } }): Promise<Answer<'id'>>;
  /** Read a look: `v3-get-avatar-look`, GET /v3/avatars/looks/{look_id}. */
  v3GetAvatarLook(call: CallOptions & { path_params: { look_id: string | number } }): Promise<Answer<'avatar_type' | 'default_voice_id' | 'error' | 'gender' | 'group_id' | 'id' | 'image_height' | 'image_width' | 'name' | 'preferred_orientation' | 'preview_image_url' | 'preview_video_url' | 'status' | 'supported_api_engines' | 'tags'>>;
  /**
   * List looks: `v3-list-avatar-looks`, GET /v3/avatars/looks.
   * A look id is what avatar_id means everywhere else.
   */
  v3ListAvatarLooks(call?: CallOptions & { query?: { group_id?: string; avatar_type?: 'studio_avatar' | 'digital_twin' | 'photo_avatar'; ownership?: 'public' | 'private'; limit?: number; token?: string } }): Promise<Answer<'avatar_type' | 'default_voice_id' | 'error' | 'gender' | 'group_id' | 'id' | 'image_height' | 'image_width' | 'name' | 'preferred_orientation' | 'preview_image_url' | 'preview_video_url' | 'status' | 'supported_api_engines' | 'tags'>>;
  /** Rename a look: `v3-update-avatar-look`, PATCH /v3/avatars/looks/{look_id}. */
  v3UpdateAvatarLook(call: CallOptions & { path_params: { look_id: string | number }; body?: HeygenV3UpdateAvatarLookBody }): Promise<Answer<'avatar_type' | 'default_voice_id' | 'error' | 'gender' | 'group_id' | 'id' | 'image_height' | 'image_width' | 'name' | 'preferred_orientation' | 'preview_image_url' | 'preview_video_url' | 'status' | 'supported_api_engines' | 'tags'>>;
  /**
   * Start background removal: `v3-create-background-removal`, POST /v3/background-removals.
   * Costs something.
   * Starts a job.
   * Idempotency-Key is ignored here; resending the same body request_id returns the first job without a new charge.
   */
  v3CreateBackgroundRemoval(call: CallOptions & { body: HeygenV3CreateBackgroundRemovalBody }): Promise<Answer<'completed_at' | 'created_at' | 'duration' | 'error' | 'id' | 'layers' | 'status'>>;
  /** Remove a background job: `v3-delete-background-removal`, DELETE /v3/background-removals/{job_id}. */
  v3DeleteBackgroundRemoval(call: CallOptions & { path_params: { job_id: string | number } }): Promise<Answer<'deleted' | 'id'>>;
  /** Read a background job: `v3-get-background-removal`, GET /v3/background-removals/{job_id}. */
  v3GetBackgroundRemoval(call: CallOptions & { path_params: { job_id: string | number } }): Promise<Answer<'completed_at' | 'created_at' | 'duration' | 'error' | 'id' | 'layers' | 'status'>>;
  /** List background jobs: `v3-list-background-removals`, GET /v3/background-removals. */
  v3ListBackgroundRemovals(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'completed_at' | 'created_at' | 'duration' | 'error' | 'id' | 'layers' | 'status'>>;
  /** List brand glossaries: `v3-list-brand-glossaries`, GET /v3/brand-glossaries. */
  v3ListBrandGlossaries(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'brand_glossary_id' | 'created_at' | 'name' | 'updated_at'>>;
  /** List brand kits: `v3-list-brand-kits`, GET /v3/brand-kits. */
  v3ListBrandKits(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'brand_kit_id' | 'colors' | 'logo_url' | 'name'>>;
  /**
   * Start many lipsyncs: `v3-create-lipsync-batch`, POST /v3/lipsyncs/batches.
   * Costs something.
   * Starts a job.
   * Up to 100 items. Accepted with 202; batch_id is the only documented reply field.
   */
  v3CreateLipsyncBatch(call: CallOptions & { body: HeygenV3CreateLipsyncBatchBody }): Promise<Answer<'batch_id'>>;
  /** Read a lipsync batch: `v3-get-lipsync-batch`, GET /v3/lipsyncs/batches/{batch_id}. */
  v3GetLipsyncBatch(call: CallOptions & { path_params: { batch_id: string | number }; query?: { limit?: number; token?: string } }): Promise<Answer<'batch_id' | 'counts_by_status' | 'created_at' | 'has_more' | 'items' | 'next_token' | 'status' | 'title' | 'total_items'>>;
  /**
   * Start a lipsync: `v3-create-lipsync`, POST /v3/lipsyncs.
   * Costs something.
   * Starts a job.
   */
  v3CreateLipsync(call: CallOptions & { body: HeygenV3CreateLipsyncBody }): Promise<Answer<'lipsync_id'>>;
  /** Remove a lipsync: `v3-delete-lipsync`, DELETE /v3/lipsyncs/{lipsync_id}. */
  v3DeleteLipsync(call: CallOptions & { path_params: { lipsync_id: string | number } }): Promise<Answer<'id'>>;
  /** Read a lipsync: `v3-get-lipsync`, GET /v3/lipsyncs/{lipsync_id}. */
  v3GetLipsync(call: CallOptions & { path_params: { lipsync_id: string | number } }): Promise<Answer<'callback_id' | 'caption_url' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'status' | 'title' | 'video_url'>>;
  /** List lipsyncs: `v3-list-lipsyncs`, GET /v3/lipsyncs. */
  v3ListLipsyncs(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'callback_id' | 'caption_url' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'status' | 'title' | 'video_url'>>;
  /** Bulk lipsync states: `v3-list-lipsync-statuses`, GET /v3/lipsyncs/statuses. */
  v3ListLipsyncStatuses(call?: CallOptions & { query?: { lipsync_ids?: string; batch_ids?: string } }): Promise<Answer<'batch_id' | 'error' | 'item_index' | 'status' | 'video_id'>>;
  /** Rename a lipsync: `v3-update-lipsync`, PATCH /v3/lipsyncs/{lipsync_id}. */
  v3UpdateLipsync(call: CallOptions & { path_params: { lipsync_id: string | number }; body: HeygenV3UpdateLipsyncBody }): Promise<Answer<'callback_id' | 'caption_url' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'status' | 'title' | 'video_url'>>;
  /**
   * Render from a template: `v3-generate-template-video`, POST /v3/templates/{template_id}.
   * Costs something.
   * Starts a job.
   * Replays by key return the creation-time snapshot. Variable values are flat objects (type plus fields) as returned by v3-get-template; that shape and its type list come from a third-party v3 gateway client. fps 25, 30 or 60; dimension sides even, 128 to 4096.
   */
  v3GenerateTemplateVideo(call: CallOptions & { path_params: { template_id: string | number }; body: HeygenV3GenerateTemplateVideoBody }): Promise<Answer<'captioned_video_url' | 'completed_at' | 'created_at' | 'duration' | 'failure_code' | 'failure_message' | 'folder_id' | 'gif_url' | 'id' | 'output_language' | 'status' | 'subtitle_url' | 'thumbnail_url' | 'title' | 'video_page_url' | 'video_url'>>;
  /** Read a template: `v3-get-template`, GET /v3/templates/{template_id}. */
  v3GetTemplate(call: CallOptions & { path_params: { template_id: string | number } }): Promise<Answer<'aspect_ratio' | 'created_at' | 'id' | 'name' | 'scene_ids' | 'scenes' | 'thumbnail_url' | 'updated_at' | 'variables'>>;
  /**
   * List templates: `v3-list-templates`, GET /v3/templates.
   * Only API-ready templates (with variables) are listed.
   */
  v3ListTemplates(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'aspect_ratio' | 'created_at' | 'id' | 'name' | 'thumbnail_url' | 'updated_at'>>;
  /** Read own account: `v3-get-current-user`, GET /v3/users/me. */
  v3GetCurrentUser(call?: CallOptions): Promise<Answer<'billing_type' | 'email' | 'first_name' | 'last_name' | 'subscription' | 'usage_based' | 'username' | 'wallet'>>;
  /**
   * Open an agent session: `v3-create-video-agent`, POST /v3/video-agents.
   * Costs something.
   * Starts a job.
   * CLI polls v3-get-video with data.video_id (may be null at first in chat mode). It is a video generator, not a WebRTC stream.
   */
  v3CreateVideoAgent(call: CallOptions & { body: HeygenV3CreateVideoAgentBody }): Promise<Answer<'created_at' | 'session_id' | 'status' | 'video_id'>>;
  /** Read an agent session: `v3-get-video-agent`, GET /v3/video-agents/{session_id}. */
  v3GetVideoAgent(call: CallOptions & { path_params: { session_id: string | number } }): Promise<Answer<'created_at' | 'messages' | 'progress' | 'session_id' | 'status' | 'title' | 'video_id'>>;
  /** List agent sessions: `v3-list-video-agents`, GET /v3/video-agents. */
  v3ListVideoAgents(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'created_at' | 'session_id' | 'title'>>;
  /** Read a session resource: `v3-get-video-agent-resource`, GET /v3/video-agents/{session_id}/resources/{resource_id}. */
  v3GetVideoAgentResource(call: CallOptions & { path_params: { session_id: string | number; resource_id: string | number } }): Promise<Answer<'created_at' | 'metadata' | 'preview_url' | 'resource_id' | 'resource_type' | 'source_type' | 'thumbnail_url' | 'url'>>;
  /**
   * Message an agent session: `v3-send-video-agent-message`, POST /v3/video-agents/{session_id}.
   * Starts a job.
   */
  v3SendVideoAgentMessage(call: CallOptions & { path_params: { session_id: string | number }; body: HeygenV3SendVideoAgentMessageBody }): Promise<Answer<'run_id' | 'session_id' | 'title'>>;
  /** Stop an agent session: `v3-stop-video-agent`, POST /v3/video-agents/{session_id}/stop. */
  v3StopVideoAgent(call: CallOptions & { path_params: { session_id: string | number }; body?: HeygenV3StopVideoAgentBody }): Promise<Answer<'session_id'>>;
  /** List agent styles: `v3-list-video-agent-styles`, GET /v3/video-agents/styles. */
  v3ListVideoAgentStyles(call?: CallOptions & { query?: { tag?: string; limit?: number; token?: string } }): Promise<Answer<'aspect_ratio' | 'name' | 'preview_video_url' | 'style_id' | 'tags' | 'thumbnail_url'>>;
  /** List a session’s videos: `v3-list-video-agent-videos`, GET /v3/video-agents/{session_id}/videos. */
  v3ListVideoAgentVideos(call: CallOptions & { path_params: { session_id: string | number } }): Promise<Answer<'captioned_video_url' | 'completed_at' | 'created_at' | 'duration' | 'failure_code' | 'failure_message' | 'folder_id' | 'gif_url' | 'id' | 'output_language' | 'status' | 'subtitle_url' | 'thumbnail_url' | 'title' | 'video_page_url' | 'video_url'>>;
  /**
   * Start many translations: `v3-create-video-translation-batch`, POST /v3/video-translations/batches.
   * Costs something.
   * Starts a job.
   * Up to 100 items after language expansion. Accepted with 202; batch_id is the only documented reply field.
   */
  v3CreateVideoTranslationBatch(call: CallOptions & { body: HeygenV3CreateVideoTranslationBatchBody }): Promise<Answer<'batch_id'>>;
  /** Read a translation batch: `v3-get-video-translation-batch`, GET /v3/video-translations/batches/{batch_id}. */
  v3GetVideoTranslationBatch(call: CallOptions & { path_params: { batch_id: string | number }; query?: { limit?: number; token?: string } }): Promise<Answer<'batch_id' | 'counts_by_status' | 'created_at' | 'has_more' | 'items' | 'next_token' | 'status' | 'title' | 'total_items'>>;
  /**
   * Start a translation: `v3-create-video-translation`, POST /v3/video-translations.
   * Costs something.
   * Starts a job.
   */
  v3CreateVideoTranslation(call: CallOptions & { body: HeygenV3CreateVideoTranslationBody }): Promise<Answer<'video_translation_ids'>>;
  /** Remove a translation: `v3-delete-video-translation`, DELETE /v3/video-translations/{video_translation_id}. */
  v3DeleteVideoTranslation(call: CallOptions & { path_params: { video_translation_id: string | number } }): Promise<Answer<'id'>>;
  /** Read a translation: `v3-get-video-translation`, GET /v3/video-translations/{video_translation_id}. */
  v3GetVideoTranslation(call: CallOptions & { path_params: { video_translation_id: string | number } }): Promise<Answer<'audio_url' | 'callback_id' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'input_language' | 'output_language' | 'srt_caption_url' | 'status' | 'title' | 'translate_audio_only' | 'video_url' | 'vtt_caption_url'>>;
  /**
   * List target languages: `v3-list-translation-languages`, GET /v3/video-translations/languages.
   * Returns plain language names used in output_languages.
   */
  v3ListTranslationLanguages(call?: CallOptions): Promise<Answer<'languages'>>;
  /** List translations: `v3-list-video-translations`, GET /v3/video-translations. */
  v3ListVideoTranslations(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'audio_url' | 'callback_id' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'input_language' | 'output_language' | 'srt_caption_url' | 'status' | 'title' | 'translate_audio_only' | 'video_url' | 'vtt_caption_url'>>;
  /**
   * Open a proofread: `v3-create-proofread`, POST /v3/video-translations/proofreads.
   * Starts a job.
   */
  v3CreateProofread(call: CallOptions & { body: HeygenV3CreateProofreadBody }): Promise<Answer<'proofread_ids' | 'status'>>;
  /**
   * Render from a proofread: `v3-generate-proofread-video`, POST /v3/video-translations/proofreads/{proofread_id}/generate.
   * Costs something.
   * Starts a job.
   */
  v3GenerateProofreadVideo(call: CallOptions & { path_params: { proofread_id: string | number }; body?: HeygenV3GenerateProofreadVideoBody }): Promise<Answer<'status' | 'video_translation_id'>>;
  /** Read a proofread: `v3-get-proofread`, GET /v3/video-translations/proofreads/{proofread_id}. */
  v3GetProofread(call: CallOptions & { path_params: { proofread_id: string | number } }): Promise<Answer<'created_at' | 'failure_message' | 'id' | 'input_language' | 'output_language' | 'status' | 'submitted_for_review' | 'title'>>;
  /** Get proofread subtitles: `v3-get-proofread-srt`, GET /v3/video-translations/proofreads/{proofread_id}/srt. */
  v3GetProofreadSrt(call: CallOptions & { path_params: { proofread_id: string | number } }): Promise<Answer<'original_srt_url' | 'srt_url'>>;
  /** Replace proofread subtitles: `v3-update-proofread-srt`, PUT /v3/video-translations/proofreads/{proofread_id}/srt. */
  v3UpdateProofreadSrt(call: CallOptions & { path_params: { proofread_id: string | number }; body: HeygenV3UpdateProofreadSrtBody }): Promise<Answer<'created_at' | 'failure_message' | 'id' | 'input_language' | 'output_language' | 'status' | 'submitted_for_review' | 'title'>>;
  /** Bulk translation states: `v3-list-video-translation-statuses`, GET /v3/video-translations/statuses. */
  v3ListVideoTranslationStatuses(call?: CallOptions & { query?: { video_translation_ids?: string; batch_ids?: string } }): Promise<Answer<'batch_id' | 'error' | 'item_index' | 'status' | 'video_id'>>;
  /** Rename a translation: `v3-update-video-translation`, PATCH /v3/video-translations/{video_translation_id}. */
  v3UpdateVideoTranslation(call: CallOptions & { path_params: { video_translation_id: string | number }; body: HeygenV3UpdateVideoTranslationBody }): Promise<Answer<'audio_url' | 'callback_id' | 'created_at' | 'duration' | 'failure_message' | 'id' | 'input_language' | 'output_language' | 'srt_caption_url' | 'status' | 'title' | 'translate_audio_only' | 'video_url' | 'vtt_caption_url'>>;
  /**
   * Start many videos: `v3-create-video-batch`, POST /v3/videos/batches.
   * Costs something.
   * Starts a job.
   * 1 to 100 items, each shaped like the body of v3-create-video (studio not announced for batches). Accepted with 202; reply batch_id, status, total_items per a third-party gateway client.
   */
  v3CreateVideoBatch(call: CallOptions & { body: HeygenV3CreateVideoBatchBody }): Promise<Answer<'batch_id'>>;
  /** Read a video batch: `v3-get-video-batch`, GET /v3/videos/batches/{batch_id}. */
  v3GetVideoBatch(call: CallOptions & { path_params: { batch_id: string | number }; query?: { limit?: number; token?: string } }): Promise<Answer<'batch_id' | 'counts_by_status' | 'created_at' | 'has_more' | 'items' | 'next_token' | 'status' | 'title' | 'total_items'>>;
  /**
   * Render a video: `v3-create-video`, POST /v3/videos.
   * Costs something.
   * Starts a job.
   * Union on type: avatar, image, cinematic_avatar, studio. HTTP 200 carries status waiting. No folder_id in the July schema although later folder pages say it is accepted.
   */
  v3CreateVideo(call: CallOptions & { body: HeygenV3CreateVideoBody }): Promise<Answer<'output_format' | 'status' | 'video_id'>>;
  /** Remove a video: `v3-delete-video`, DELETE /v3/videos/{video_id}. */
  v3DeleteVideo(call: CallOptions & { path_params: { video_id: string | number } }): Promise<Answer<'deleted' | 'id'>>;
  /**
   * Read a video: `v3-get-video`, GET /v3/videos/{video_id}.
   * URLs are presigned; call again for fresh ones.
   */
  v3GetVideo(call: CallOptions & { path_params: { video_id: string | number } }): Promise<Answer<'captioned_video_url' | 'completed_at' | 'created_at' | 'duration' | 'failure_code' | 'failure_message' | 'folder_id' | 'gif_url' | 'id' | 'output_language' | 'status' | 'subtitle_url' | 'thumbnail_url' | 'title' | 'video_page_url' | 'video_url'>>;
  /** List videos: `v3-list-videos`, GET /v3/videos. */
  v3ListVideos(call?: CallOptions & { query?: { limit?: number; token?: string; folder_id?: string; title?: string } }): Promise<Answer<'captioned_video_url' | 'completed_at' | 'created_at' | 'duration' | 'failure_code' | 'failure_message' | 'folder_id' | 'gif_url' | 'id' | 'output_language' | 'status' | 'subtitle_url' | 'thumbnail_url' | 'title' | 'video_page_url' | 'video_url'>>;
  /** Bulk video states: `v3-list-video-statuses`, GET /v3/videos/statuses. */
  v3ListVideoStatuses(call?: CallOptions & { query?: { video_ids?: string; batch_ids?: string } }): Promise<Answer<'batch_id' | 'error' | 'item_index' | 'status' | 'video_id'>>;
  /**
   * Clone a voice: `v3-clone-voice`, POST /v3/voices/clone.
   * Starts a job.
   */
  v3CloneVoice(call: CallOptions & { body: HeygenV3CloneVoiceBody }): Promise<Answer<'voice_clone_id'>>;
  /**
   * Find voices by prompt: `v3-design-voice`, POST /v3/voices.
   * Semantic search over existing voices, nothing is created.
   */
  v3DesignVoice(call: CallOptions & { body: HeygenV3DesignVoiceBody }): Promise<Answer<'seed' | 'voices'>>;
  /**
   * Remove a voice: `v3-delete-voice`, DELETE /v3/voices/{voice_id}.
   * Deleting an already removed voice gives 404.
   */
  v3DeleteVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer<'voice_id'>>;
  /** Read a voice: `v3-get-voice`, GET /v3/voices/{voice_id}. */
  v3GetVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer<'created_at' | 'failure_message' | 'gender' | 'language' | 'name' | 'preview_audio_url' | 'status' | 'support_interactive_avatar' | 'support_pause' | 'voice_id'>>;
  /**
   * List voices: `v3-list-voices`, GET /v3/voices.
   * type defaults to public, so private clones need a second call.
   */
  v3ListVoices(call?: CallOptions & { query?: { type?: 'public' | 'private'; engine?: string; language?: string; gender?: string; limit?: number; token?: string } }): Promise<Answer<'gender' | 'language' | 'name' | 'preview_audio_url' | 'support_locale' | 'support_pause' | 'type' | 'voice_id'>>;
  /**
   * Synthesise speech: `v3-create-speech`, POST /v3/voices/speech.
   * Costs something.
   * Synchronous JSON with audio_url, not audio bytes. Needs a voice listed with engine=starfish.
   */
  v3CreateSpeech(call: CallOptions & { body: HeygenV3CreateSpeechBody }): Promise<Answer<'audio_url' | 'duration' | 'request_id' | 'word_timestamps'>>;
  /**
   * Register a webhook: `v3-create-webhook-endpoint`, POST /v3/webhooks/endpoints.
   * secret is returned only here and by rotate. Leaving events out subscribes to all.
   */
  v3CreateWebhookEndpoint(call: CallOptions & { body: HeygenV3CreateWebhookEndpointBody }): Promise<Answer<'created_at' | 'endpoint_id' | 'events' | 'secret' | 'status' | 'url'>>;
  /** Remove a webhook: `v3-delete-webhook-endpoint`, DELETE /v3/webhooks/endpoints/{endpoint_id}. */
  v3DeleteWebhookEndpoint(call: CallOptions & { path_params: { endpoint_id: string | number } }): Promise<Answer>;
  /** List webhooks: `v3-list-webhook-endpoints`, GET /v3/webhooks/endpoints. */
  v3ListWebhookEndpoints(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer<'created_at' | 'endpoint_id' | 'events' | 'secret' | 'status' | 'url'>>;
  /**
   * Rotate a webhook secret: `v3-rotate-webhook-secret`, POST /v3/webhooks/endpoints/{endpoint_id}/rotate-secret.
   * Old secret stops working at once.
   */
  v3RotateWebhookSecret(call: CallOptions & { path_params: { endpoint_id: string | number } }): Promise<Answer<'endpoint_id' | 'secret'>>;
  /** Change a webhook: `v3-update-webhook-endpoint`, PATCH /v3/webhooks/endpoints/{endpoint_id}. */
  v3UpdateWebhookEndpoint(call: CallOptions & { path_params: { endpoint_id: string | number }; body?: HeygenV3UpdateWebhookEndpointBody }): Promise<Answer<'created_at' | 'endpoint_id' | 'events' | 'secret' | 'status' | 'url'>>;
  /** List event types: `v3-list-webhook-event-types`, GET /v3/webhooks/event-types. */
  v3ListWebhookEventTypes(call?: CallOptions): Promise<Answer<'description' | 'event_type'>>;
  /** List delivered events: `v3-list-webhook-events`, GET /v3/webhooks/events. */
  v3ListWebhookEvents(call?: CallOptions & { query?: { event_type?: 'avatar_video.success' | 'avatar_video.fail' | 'avatar_video_gif.success' | 'avatar_video_gif.fail' | 'video_translate.success' | 'video_translate.fail' | 'video_translate.preflight.validation_failed' | 'video_translate.preflight.download_failed' | 'personalized_video' | 'instant_avatar.success' | 'instant_avatar.fail' | 'photo_avatar_generation.success' | 'photo_avatar_generation.fail' | 'photo_avatar_train.success' | 'photo_avatar_train.fail' | 'photo_avatar_add_motion.success' | 'photo_avatar_add_motion.fail' | 'proofread_creation.success' | 'proofread_creation.fail' | 'live_avatar.success' | 'live_avatar.fail' | 'avatar_video_caption.success' | 'avatar_video_caption.fail' | 'video_agent.success' | 'video_agent.fail' | 'hyperframes_video.success' | 'hyperframes_video.fail' | 'ai_clipping.success' | 'ai_clipping.fail' | 'batch.finished'; entity_id?: string; limit?: number; token?: string } }): Promise<Answer<'created_at' | 'event_data' | 'event_id' | 'event_type'>>;
  /**
   * Change an avatar group: `v3-update-avatar`, PATCH /v3/avatars/{group_id}.
   * Body not captured.
   */
  v3UpdateAvatar(call: CallOptions & { path_params: { group_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * Create a glossary: `v3-create-brand-glossary`, POST /v3/brand-glossaries.
   * Body not captured.
   */
  v3CreateBrandGlossary(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /** Read a glossary: `v3-get-brand-glossary`, GET /v3/brand-glossaries/{brand_glossary_id}. */
  v3GetBrandGlossary(call: CallOptions & { path_params: { brand_glossary_id: string | number } }): Promise<Answer>;
  /**
   * Change a glossary: `v3-update-brand-glossary`, PATCH /v3/brand-glossaries/{brand_glossary_id}.
   * Body not captured.
   */
  v3UpdateBrandGlossary(call: CallOptions & { path_params: { brand_glossary_id: string | number }; body?: unknown }): Promise<Answer>;
  /** Remove a glossary: `v3-delete-brand-glossary`, DELETE /v3/brand-glossaries/{brand_glossary_id}. */
  v3DeleteBrandGlossary(call: CallOptions & { path_params: { brand_glossary_id: string | number } }): Promise<Answer>;
  /**
   * Create a brand kit: `v3-create-brand-kit`, POST /v3/brand-kits.
   * Body not captured.
   */
  v3CreateBrandKit(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /** Read a brand kit: `v3-get-brand-kit`, GET /v3/brand-kits/{brand_kit_id}. */
  v3GetBrandKit(call: CallOptions & { path_params: { brand_kit_id: string | number } }): Promise<Answer>;
  /**
   * Change a brand kit: `v3-update-brand-kit`, PATCH /v3/brand-kits/{brand_kit_id}.
   * Body not captured.
   */
  v3UpdateBrandKit(call: CallOptions & { path_params: { brand_kit_id: string | number }; body?: unknown }): Promise<Answer>;
  /** Remove a brand kit: `v3-delete-brand-kit`, DELETE /v3/brand-kits/{brand_kit_id}. */
  v3DeleteBrandKit(call: CallOptions & { path_params: { brand_kit_id: string | number } }): Promise<Answer>;
  /** List scenes of a video: `v3-list-video-scenes`, GET /v3/videos/{video_id}/scenes. */
  v3ListVideoScenes(call: CallOptions & { path_params: { video_id: string | number } }): Promise<Answer>;
  /**
   * Render an HTML project: `v3-create-hyperframes-render`, POST /v3/hyperframes/renders.
   * Costs something.
   * Starts a job.
   * Project is a zip. Reply id field name inferred from the path parameter.
   */
  v3CreateHyperframesRender(call: CallOptions & { body: HeygenV3CreateHyperframesRenderBody }): Promise<Answer>;
  /** List HTML renders: `v3-list-hyperframes-renders`, GET /v3/hyperframes/renders. */
  v3ListHyperframesRenders(call?: CallOptions & { query?: { limit?: number; token?: string } }): Promise<Answer>;
  /** Read an HTML render: `v3-get-hyperframes-render`, GET /v3/hyperframes/renders/{render_id}. */
  v3GetHyperframesRender(call: CallOptions & { path_params: { render_id: string | number } }): Promise<Answer>;
  /** Remove an HTML render: `v3-delete-hyperframes-render`, DELETE /v3/hyperframes/renders/{render_id}. */
  v3DeleteHyperframesRender(call: CallOptions & { path_params: { render_id: string | number } }): Promise<Answer>;
  /**
   * Start filler removal: `v3-create-filler-word-removal`, POST /v3/filler-word-removals.
   * Body not captured.
   */
  v3CreateFillerWordRemoval(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /** Read filler removal: `v3-get-filler-word-removal`, GET /v3/filler-word-removals/{filler_word_removal_id}. */
  v3GetFillerWordRemoval(call: CallOptions & { path_params: { filler_word_removal_id: string | number } }): Promise<Answer>;
  /**
   * Create a folder: `v3-create-folder`, POST /v3/folders.
   * name is 1 to 256 characters.
   */
  v3CreateFolder(call: CallOptions & { body: HeygenV3CreateFolderBody }): Promise<Answer<'folder_id' | 'name' | 'type' | 'parent_id' | 'is_trash' | 'creator_username' | 'created_at' | 'updated_at'>>;
  /** Read a folder: `v3-get-folder`, GET /v3/folders/{folder_id}. */
  v3GetFolder(call: CallOptions & { path_params: { folder_id: string | number } }): Promise<Answer<'folder_id' | 'name' | 'type' | 'parent_id' | 'is_trash' | 'creator_username' | 'created_at' | 'updated_at'>>;
  /**
   * Open a realtime avatar: `v3-create-avatar-realtime`, POST /v3/avatar-realtime.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateAvatarRealtime(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * Read a realtime avatar: `v3-get-avatar-realtime`, GET /v3/avatar-realtime/{stream_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetAvatarRealtime(call: CallOptions & { path_params: { stream_id: string | number } }): Promise<Answer>;
  /**
   * Read realtime words: `v3-list-avatar-realtime-words`, GET /v3/avatar-realtime/{stream_id}/words.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListAvatarRealtimeWords(call: CallOptions & { path_params: { stream_id: string | number } }): Promise<Answer>;
  /**
   * Send realtime text: `v3-send-avatar-realtime-text`, POST /v3/avatar-realtime/{stream_id}/text.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3SendAvatarRealtimeText(call: CallOptions & { path_params: { stream_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * Cancel a realtime avatar: `v3-cancel-avatar-realtime`, POST /v3/avatar-realtime/{stream_id}/cancel.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CancelAvatarRealtime(call: CallOptions & { path_params: { stream_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * Create a model voice: `v3-create-model-voice`, POST /v3/models/audio/voices.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateModelVoice(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * List model voices: `v3-list-model-voices`, GET /v3/models/audio/voices.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListModelVoices(call?: CallOptions): Promise<Answer>;
  /**
   * Read a model voice: `v3-get-model-voice`, GET /v3/models/audio/voices/{voice_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetModelVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer>;
  /**
   * Remove a model voice: `v3-delete-model-voice`, DELETE /v3/models/audio/voices/{voice_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3DeleteModelVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer>;
  /**
   * Model speech: `v3-create-model-tts`, POST /v3/models/audio/tts.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateModelTts(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * Model speech stream: `v3-stream-model-tts`, POST /v3/models/audio/tts/stream.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3StreamModelTts(call?: CallOptions & { body?: unknown }): Promise<FileAnswer>;
  /**
   * Create a podcast: `v3-create-podcast`, POST /v3/podcasts.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreatePodcast(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * List podcasts: `v3-list-podcasts`, GET /v3/podcasts.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListPodcasts(call?: CallOptions): Promise<Answer>;
  /**
   * Read a podcast: `v3-get-podcast`, GET /v3/podcasts/{podcast_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetPodcast(call: CallOptions & { path_params: { podcast_id: string | number } }): Promise<Answer>;
  /**
   * Remove a podcast: `v3-delete-podcast`, DELETE /v3/podcasts/{podcast_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3DeletePodcast(call: CallOptions & { path_params: { podcast_id: string | number } }): Promise<Answer>;
  /**
   * Create a workflow: `v3-create-workflow`, POST /v3/workflows.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateWorkflow(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * List workflows: `v3-list-workflows`, GET /v3/workflows.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListWorkflows(call?: CallOptions): Promise<Answer>;
  /**
   * Read a workflow: `v3-get-workflow`, GET /v3/workflows/{workflow_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetWorkflow(call: CallOptions & { path_params: { workflow_id: string | number } }): Promise<Answer>;
  /**
   * Change a workflow: `v3-update-workflow`, PATCH /v3/workflows/{workflow_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3UpdateWorkflow(call: CallOptions & { path_params: { workflow_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * Add a workflow version: `v3-create-workflow-version`, POST /v3/workflows/{workflow_id}/versions.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateWorkflowVersion(call: CallOptions & { path_params: { workflow_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * List workflow versions: `v3-list-workflow-versions`, GET /v3/workflows/{workflow_id}/versions.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListWorkflowVersions(call: CallOptions & { path_params: { workflow_id: string | number } }): Promise<Answer>;
  /**
   * Read a workflow version: `v3-get-workflow-version`, GET /v3/workflows/{workflow_id}/versions/{version_number}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetWorkflowVersion(call: CallOptions & { path_params: { workflow_id: string | number; version_number: string | number } }): Promise<Answer>;
  /**
   * List node types: `v3-list-workflow-node-types`, GET /v3/workflows/node-types.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListWorkflowNodeTypes(call?: CallOptions): Promise<Answer>;
  /**
   * Run a workflow: `v3-create-workflow-run`, POST /v3/workflow-runs.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateWorkflowRun(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * List workflow runs: `v3-list-workflow-runs`, GET /v3/workflow-runs.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListWorkflowRuns(call?: CallOptions): Promise<Answer>;
  /**
   * Read a workflow run: `v3-get-workflow-run`, GET /v3/workflow-runs/{run_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetWorkflowRun(call: CallOptions & { path_params: { run_id: string | number } }): Promise<Answer>;
  /**
   * Cancel a workflow run: `v3-cancel-workflow-run`, POST /v3/workflow-runs/{run_id}/cancel.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CancelWorkflowRun(call: CallOptions & { path_params: { run_id: string | number }; body?: unknown }): Promise<Answer>;
  /**
   * List a run’s nodes: `v3-list-workflow-run-nodes`, GET /v3/workflow-runs/{run_id}/nodes.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3ListWorkflowRunNodes(call: CallOptions & { path_params: { run_id: string | number } }): Promise<Answer>;
  /**
   * Compare video quality: `v3-create-quality-comparison`, POST /v3/video-quality/comparisons.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateQualityComparison(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * Read a comparison: `v3-get-quality-comparison`, GET /v3/video-quality/comparisons/{comparison_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetQualityComparison(call: CallOptions & { path_params: { comparison_id: string | number } }): Promise<Answer>;
  /**
   * Compare many videos: `v3-create-quality-comparison-batch`, POST /v3/video-quality/comparisons/batches.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3CreateQualityComparisonBatch(call?: CallOptions & { body?: unknown }): Promise<Answer>;
  /**
   * Read a comparison batch: `v3-get-quality-comparison-batch`, GET /v3/video-quality/comparisons/batches/{batch_id}.
   * Preview (marked excluded) in the September spec; body not captured.
   */
  v3GetQualityComparisonBatch(call: CallOptions & { path_params: { batch_id: string | number } }): Promise<Answer>;
}

export interface ElevenlabsActions {
  /**
   * List voices: `list-voices`, GET /v1/voices.
   * Unpaginated. A paged search lives at GET /v2/voices (next_page_token, page_size).
   */
  listVoices(call?: CallOptions & { query?: { show_legacy?: boolean } }): Promise<Answer<'voices'>>;
  /** Read a voice: `get-voice`, GET /v1/voices/{voice_id}. */
  getVoice(call: CallOptions & { path_params: { voice_id: string | number }; query?: { with_settings?: boolean } }): Promise<Answer>;
  /**
   * Clone a voice: `add-voice`, POST /v1/voices/add.
   * labels is a JSON object sent as a string part.
   */
  addVoice(call: CallOptions & { body: ElevenlabsAddVoiceBody; files: { files: Array<FileLike> } }): Promise<Answer<'voice_id' | 'requires_verification'>>;
  /**
   * Change a voice: `edit-voice`, POST /v1/voices/{voice_id}/edit.
   * labels is a JSON object sent as a string part.
   */
  editVoice(call: CallOptions & { path_params: { voice_id: string | number }; body: ElevenlabsEditVoiceBody; files?: { files?: Array<FileLike> } }): Promise<Answer<'status'>>;
  /** Remove a voice: `delete-voice`, DELETE /v1/voices/{voice_id}. */
  deleteVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer<'status'>>;
  /** Read voice settings: `get-voice-settings`, GET /v1/voices/{voice_id}/settings. */
  getVoiceSettings(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer<'stability' | 'similarity_boost' | 'style' | 'use_speaker_boost' | 'speed'>>;
  /**
   * List models: `list-models`, GET /v1/models.
   * The reply is a bare array.
   */
  listModels(call?: CallOptions): Promise<Answer>;
  /**
   * Synthesise speech: `tts`, POST /v1/text-to-speech/{voice_id}.
   * Costs something.
   * Audio bytes, audio/mpeg by default. seed 0 to 4294967295; 3 dictionary locators at most. Default output format taken from public docs.
   */
  tts(call: CallOptions & { path_params: { voice_id: string | number }; query?: { output_format?: 'alaw_8000' | 'mp3_22050_32' | 'mp3_24000_48' | 'mp3_44100_128' | 'mp3_44100_192' | 'mp3_44100_32' | 'mp3_44100_64' | 'mp3_44100_96' | 'opus_48000_128' | 'opus_48000_192' | 'opus_48000_32' | 'opus_48000_64' | 'opus_48000_96' | 'pcm_16000' | 'pcm_22050' | 'pcm_24000' | 'pcm_32000' | 'pcm_44100' | 'pcm_48000' | 'pcm_8000' | 'ulaw_8000' | 'wav_16000' | 'wav_22050' | 'wav_24000' | 'wav_32000' | 'wav_44100' | 'wav_48000' | 'wav_8000'; enable_logging?: boolean; optimize_streaming_latency?: number }; body: ElevenlabsTtsBody }): Promise<FileAnswer>;
  /**
   * Stream speech: `tts-stream`, POST /v1/text-to-speech/{voice_id}/stream.
   * Costs something.
   * Chunked audio; no wav formats.
   */
  ttsStream(call: CallOptions & { path_params: { voice_id: string | number }; query?: { output_format?: 'alaw_8000' | 'mp3_22050_32' | 'mp3_24000_48' | 'mp3_44100_128' | 'mp3_44100_192' | 'mp3_44100_32' | 'mp3_44100_64' | 'mp3_44100_96' | 'opus_48000_128' | 'opus_48000_192' | 'opus_48000_32' | 'opus_48000_64' | 'opus_48000_96' | 'pcm_16000' | 'pcm_22050' | 'pcm_24000' | 'pcm_32000' | 'pcm_44100' | 'pcm_48000' | 'pcm_8000' | 'ulaw_8000'; enable_logging?: boolean; optimize_streaming_latency?: number }; body: ElevenlabsTtsStreamBody }): Promise<FileAnswer>;
  /**
   * Speech with timings: `tts-timestamps`, POST /v1/text-to-speech/{voice_id}/with-timestamps.
   * Costs something.
   */
  ttsTimestamps(call: CallOptions & { path_params: { voice_id: string | number }; query?: { output_format?: 'alaw_8000' | 'mp3_22050_32' | 'mp3_24000_48' | 'mp3_44100_128' | 'mp3_44100_192' | 'mp3_44100_32' | 'mp3_44100_64' | 'mp3_44100_96' | 'opus_48000_128' | 'opus_48000_192' | 'opus_48000_32' | 'opus_48000_64' | 'opus_48000_96' | 'pcm_16000' | 'pcm_22050' | 'pcm_24000' | 'pcm_32000' | 'pcm_44100' | 'pcm_48000' | 'pcm_8000' | 'ulaw_8000' | 'wav_16000' | 'wav_22050' | 'wav_24000' | 'wav_32000' | 'wav_44100' | 'wav_48000' | 'wav_8000'; enable_logging?: boolean; optimize_streaming_latency?: number }; body: ElevenlabsTtsTimestampsBody }): Promise<Answer<'audio_base64' | 'alignment' | 'normalized_alignment'>>;
  /**
   * Generate a sound: `sound-generation`, POST /v1/sound-generation.
   * Costs something.
   * duration_seconds 0.5 to 30; prompt_influence 0 to 1. MP3 bytes.
   */
  soundGeneration(call: CallOptions & { query?: { output_format?: 'alaw_8000' | 'mp3_22050_32' | 'mp3_24000_48' | 'mp3_44100_128' | 'mp3_44100_192' | 'mp3_44100_32' | 'mp3_44100_64' | 'mp3_44100_96' | 'opus_48000_128' | 'opus_48000_192' | 'opus_48000_32' | 'opus_48000_64' | 'opus_48000_96' | 'pcm_16000' | 'pcm_22050' | 'pcm_24000' | 'pcm_32000' | 'pcm_44100' | 'pcm_48000' | 'pcm_8000' | 'ulaw_8000' }; body: ElevenlabsSoundGenerationBody }): Promise<FileAnswer>;
  /**
   * Isolate a voice: `audio-isolation`, POST /v1/audio-isolation.
   * Costs something.
   */
  audioIsolation(call: CallOptions & { body?: ElevenlabsAudioIsolationBody; files: { audio: FileLike } }): Promise<FileAnswer>;
  /**
   * Isolate a voice, streamed: `audio-isolation-stream`, POST /v1/audio-isolation/stream.
   * Costs something.
   */
  audioIsolationStream(call: CallOptions & { body?: ElevenlabsAudioIsolationStreamBody; files: { audio: FileLike } }): Promise<FileAnswer>;
  /**
   * Start a dub: `create-dubbing`, POST /v1/dubbing.
   * Costs something.
   * Starts a job.
   * Either file or source_url. num_speakers 0 means detect. Result is fetched with get-dubbed-audio.
   */
  createDubbing(call?: CallOptions & { body?: ElevenlabsCreateDubbingBody; files?: { file?: FileLike; csv_file?: FileLike; foreground_audio_file?: FileLike; background_audio_file?: FileLike } }): Promise<Answer<'dubbing_id' | 'expected_duration_sec'>>;
  /**
   * Read a dub: `get-dubbing`, GET /v1/dubbing/{dubbing_id}.
   * status values dubbing, dubbed, failed; the list filter also knows queued and preparing.
   */
  getDubbing(call: CallOptions & { path_params: { dubbing_id: string | number } }): Promise<Answer<'dubbing_id' | 'name' | 'status' | 'source_language' | 'target_languages' | 'editable' | 'created_at' | 'media_metadata' | 'error'>>;
  /**
   * Download a dub: `get-dubbed-audio`, GET /v1/dubbing/{dubbing_id}/audio/{language_code}.
   * MP3 or MP4 bytes.
   */
  getDubbedAudio(call: CallOptions & { path_params: { dubbing_id: string | number; language_code: string | number } }): Promise<FileAnswer>;
  /** Remove a dub: `delete-dubbing`, DELETE /v1/dubbing/{dubbing_id}. */
  deleteDubbing(call: CallOptions & { path_params: { dubbing_id: string | number } }): Promise<Answer<'status'>>;
  /**
   * List history: `get-history`, GET /v1/history.
   * model_id makes source mandatory.
   */
  getHistory(call?: CallOptions & { query?: { page_size?: number; start_after_history_item_id?: string; voice_id?: string; model_id?: string; date_before_unix?: number; date_after_unix?: number; sort_direction?: 'asc' | 'desc'; search?: string; source?: 'TTS' | 'STS' | 'Flows' } }): Promise<Answer<'history' | 'last_history_item_id' | 'has_more'>>;
  /** Read a history item: `get-history-item`, GET /v1/history/{history_item_id}. */
  getHistoryItem(call: CallOptions & { path_params: { history_item_id: string | number } }): Promise<Answer>;
  /** Download history audio: `get-history-audio`, GET /v1/history/{history_item_id}/audio. */
  getHistoryAudio(call: CallOptions & { path_params: { history_item_id: string | number } }): Promise<FileAnswer>;
  /** Remove a history item: `delete-history-item`, DELETE /v1/history/{history_item_id}. */
  deleteHistoryItem(call: CallOptions & { path_params: { history_item_id: string | number } }): Promise<Answer<'status'>>;
  /**
   * Read own user: `get-user`, GET /v1/user.
   * Reply can carry the API key in xi_api_key: strip it before answering a caller.
   */
  getUser(call?: CallOptions): Promise<Answer<'user_id' | 'subscription' | 'is_new_user' | 'xi_api_key' | 'xi_api_key_preview' | 'first_name' | 'created_at' | 'seat_type'>>;
  /** Read subscription: `get-subscription`, GET /v1/user/subscription. */
  getSubscription(call?: CallOptions): Promise<Answer<'tier' | 'character_count' | 'character_limit' | 'voice_limit' | 'status' | 'next_character_count_reset_unix'>>;
}

export interface LiveavatarActions {
  /**
   * Create a session token: `create-session-token`, POST /v1/sessions/token.
   * avatar_id is a UUID of this service. avatar_persona was mandatory in one schema version and is deprecated in a newer one. speed 0.8 to 1.2 (elevenLabs); temperature 0.6 to 1.2 (OpenAI), 0 to 2 (Gemini).
   */
  createSessionToken(call: CallOptions & { body: LiveavatarCreateSessionTokenBody }): Promise<Answer<'session_id' | 'session_token'>>;
  /**
   * Start a session: `start-session`, POST /v1/sessions/start.
   * Costs something.
   * Authorization: Bearer session_token, not the API key. Answers 201.
   */
  startSession(call?: CallOptions): Promise<Answer<'session_id' | 'livekit_url' | 'livekit_client_token' | 'livekit_agent_token' | 'max_session_duration' | 'ws_url'>>;
  /** Stop a session: `stop-session`, POST /v1/sessions/stop. */
  stopSession(call?: CallOptions & { body?: LiveavatarStopSessionBody }): Promise<Answer>;
  /** Keep a session alive: `keep-session-alive`, POST /v1/sessions/keep-alive. */
  keepSessionAlive(call?: CallOptions & { body?: LiveavatarKeepSessionAliveBody }): Promise<Answer>;
  /** List sessions: `list-sessions`, GET /v1/sessions. */
  listSessions(call: CallOptions & { query: { type: 'active' | 'historic'; page?: number; page_size?: number; avatar_id?: string; embed_id?: string; context_id?: string } }): Promise<Answer<'count' | 'next' | 'previous' | 'results'>>;
  /** Read a transcript: `get-session-transcript`, GET /v1/sessions/{session_id}/transcript. */
  getSessionTranscript(call: CallOptions & { path_params: { session_id: string | number }; query?: { start_timestamp?: number; end_timestamp?: number } }): Promise<Answer>;
  /** Remove session events: `delete-session-events`, DELETE /v1/sessions/{session_id}/events. */
  deleteSessionEvents(call: CallOptions & { path_params: { session_id: string | number } }): Promise<Answer>;
  /** List own avatars: `list-avatars`, GET /v1/avatars. */
  listAvatars(call?: CallOptions & { query?: { page?: number; page_size?: number } }): Promise<Answer<'count' | 'next' | 'previous' | 'results'>>;
  /**
   * List public avatars: `list-public-avatars`, GET /v1/avatars/public.
   * Needs no credentials.
   */
  listPublicAvatars(call?: CallOptions & { query?: { page?: number; page_size?: number } }): Promise<Answer<'count' | 'next' | 'previous' | 'results'>>;
  /** Read an avatar: `get-avatar`, GET /v1/avatars/{avatar_id}. */
  getAvatar(call: CallOptions & { path_params: { avatar_id: string | number } }): Promise<Answer>;
  /** Change an avatar: `update-avatar`, PATCH /v1/avatars/{avatar_id}. */
  updateAvatar(call: CallOptions & { path_params: { avatar_id: string | number }; body?: LiveavatarUpdateAvatarBody }): Promise<Answer>;
  /** Remove an avatar: `delete-avatar`, DELETE /v1/avatars/{avatar_id}. */
  deleteAvatar(call: CallOptions & { path_params: { avatar_id: string | number } }): Promise<Answer>;
  /** List voices: `list-voices`, GET /v1/voices. */
  listVoices(call?: CallOptions & { query?: { page?: number; page_size?: number; voice_type?: 'public' | 'private' } }): Promise<Answer<'count' | 'next' | 'previous' | 'results'>>;
  /** Link an external voice: `add-third-party-voice`, POST /v1/voices/third_party. */
  addThirdPartyVoice(call: CallOptions & { body: LiveavatarAddThirdPartyVoiceBody }): Promise<Answer>;
  /** Read a voice: `get-voice`, GET /v1/voices/{voice_id}. */
  getVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer>;
  /**
   * Rename a voice: `update-voice`, PATCH /v1/voices/{voice_id}.
   * name is 1 to 64 characters.
   */
  updateVoice(call: CallOptions & { path_params: { voice_id: string | number }; body: LiveavatarUpdateVoiceBody }): Promise<Answer>;
  /** Remove a voice: `delete-voice`, DELETE /v1/voices/{voice_id}. */
  deleteVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer>;
  /** Preview a voice: `preview-voice`, GET /v1/voices/{voice_id}/preview. */
  previewVoice(call: CallOptions & { path_params: { voice_id: string | number } }): Promise<Answer<'audio_base64'>>;
  /** List contexts: `list-contexts`, GET /v1/contexts. */
  listContexts(call?: CallOptions & { query?: { page?: number; page_size?: number } }): Promise<Answer<'count' | 'next' | 'previous' | 'results'>>;
  /** Create a context: `create-context`, POST /v1/contexts. */
  createContext(call: CallOptions & { body: LiveavatarCreateContextBody }): Promise<Answer>;
  /** Read a context: `get-context`, GET /v1/contexts/{context_id}. */
  getContext(call: CallOptions & { path_params: { context_id: string | number } }): Promise<Answer>;
  /** Change a context: `update-context`, PATCH /v1/contexts/{context_id}. */
  updateContext(call: CallOptions & { path_params: { context_id: string | number }; body?: LiveavatarUpdateContextBody }): Promise<Answer>;
  /** Remove a context: `delete-context`, DELETE /v1/contexts/{context_id}. */
  deleteContext(call: CallOptions & { path_params: { context_id: string | number } }): Promise<Answer>;
  /** List memories: `list-memories`, GET /v1/memory. */
  listMemories(call?: CallOptions & { query?: { type?: 'session'; page?: number } }): Promise<Answer>;
  /** Create a memory: `create-memory`, POST /v1/memory. */
  createMemory(call: CallOptions & { body: LiveavatarCreateMemoryBody }): Promise<Answer>;
  /** Read a memory: `get-memory`, GET /v1/memory/{memory_id}. */
  getMemory(call: CallOptions & { path_params: { memory_id: string | number } }): Promise<Answer>;
  /**
   * Remove a memory: `delete-memory`, DELETE /v1/memory/{memory_id}.
   * Answers 204.
   */
  deleteMemory(call: CallOptions & { path_params: { memory_id: string | number } }): Promise<Answer>;
  /** List secrets: `list-secrets`, GET /v1/secrets. */
  listSecrets(call?: CallOptions): Promise<Answer>;
  /**
   * Store a secret: `create-secret`, POST /v1/secrets.
   * LLM_API_KEY is only in a guide; whether secret_type is mandatory is unclear.
   */
  createSecret(call: CallOptions & { body: LiveavatarCreateSecretBody }): Promise<Answer>;
  /** Remove a secret: `delete-secret`, DELETE /v1/secrets/{secret_id}. */
  deleteSecret(call: CallOptions & { path_params: { secret_id: string | number } }): Promise<Answer>;
  /** List model set-ups: `list-llm-configurations`, GET /v1/llm-configurations. */
  listLlmConfigurations(call?: CallOptions): Promise<Answer>;
  /** Add a model set-up: `create-llm-configuration`, POST /v1/llm-configurations. */
  createLlmConfiguration(call: CallOptions & { body: LiveavatarCreateLlmConfigurationBody }): Promise<Answer>;
  /** Read a model set-up: `get-llm-configuration`, GET /v1/llm-configurations/{config_id}. */
  getLlmConfiguration(call: CallOptions & { path_params: { config_id: string | number } }): Promise<Answer>;
  /** Change a model set-up: `update-llm-configuration`, PATCH /v1/llm-configurations/{config_id}. */
  updateLlmConfiguration(call: CallOptions & { path_params: { config_id: string | number }; body?: LiveavatarUpdateLlmConfigurationBody }): Promise<Answer>;
  /** Remove a model set-up: `delete-llm-configuration`, DELETE /v1/llm-configurations/{config_id}. */
  deleteLlmConfiguration(call: CallOptions & { path_params: { config_id: string | number } }): Promise<Answer>;
  /** List models: `list-llm-models`, GET /v1/llm-models. */
  listLlmModels(call?: CallOptions): Promise<Answer>;
  /** List languages: `list-languages`, GET /v1/languages. */
  listLanguages(call?: CallOptions): Promise<Answer>;
  /** Read credits: `get-credits`, GET /v1/users/credits. */
  getCredits(call?: CallOptions): Promise<Answer>;
  /**
   * Create an embed: `create-embedding`, POST /v2/embeddings.
   * End of the schema not seen; further fields possible.
   */
  createEmbedding(call: CallOptions & { body: LiveavatarCreateEmbeddingBody }): Promise<Answer>;
}

/** Every service, by its slug. */
export interface Services {
  heygen: HeygenActions;
  elevenlabs: ElevenlabsActions;
  liveavatar: LiveavatarActions;
}

export type HeygenGenerateTemplateVideoBody = {
  title?: string;
  caption?: boolean;
  variables: Record<string, {
    name: string;
    type: string;
    properties: Record<string, unknown>;
  }>;
  dimension?: {
    width?: number;
    height?: number;
  };
  include_gif?: boolean;
  enable_sharing?: boolean;
  folder_id?: string;
  brand_voice_id?: string;
  callback_id?: string;
  callback_url?: string;
  test?: boolean;
};

export type HeygenGenerateVideoBody = {
  title?: string;
  caption?: boolean;
  callback_id?: string;
  callback_url?: string;
  folder_id?: string;
  test?: boolean;
  aspect_ratio?: string | null;
  dimension?: {
    width: number;
    height: number;
  };
  video_inputs: Array<{
    character: {
      type: 'avatar';
      avatar_id: string;
      scale?: number;
      avatar_style?: 'circle' | 'closeUp' | 'normal';
      offset?: {
        x?: number;
        y?: number;
      };
      matting?: boolean;
      circle_background_color?: string;
    } | {
      type: 'talking_photo';
      talking_photo_id: string;
      scale?: number;
      talking_photo_style?: string;
      talking_style?: 'stable' | 'expressive';
      expression?: 'default' | 'happy';
      super_resolution?: boolean;
      offset?: {
        x?: number;
        y?: number;
      };
      matting?: boolean;
      circle_background_color?: string;
    };
    voice: {
      type: 'text';
      voice_id: string;
      input_text: string;
      speed?: number;
      pitch?: number;
      emotion?: 'Excited' | 'Friendly' | 'Serious' | 'Soothing' | 'Broadcaster';
      locale?: string;
    } | {
      type: 'audio';
      audio_url?: string;
      audio_asset_id?: string;
    } | {
      type: 'silence';
      duration?: number;
    };
    background?: {
      type: 'color';
      value: string;
    } | {
      type: 'image';
      url?: string;
      image_asset_id?: string;
      fit?: 'cover' | 'contain';
    } | {
      type: 'video';
      url?: string;
      video_asset_id?: string;
      play_style?: string;
      fit?: 'cover' | 'contain';
    };
  }>;
};

export type HeygenTranslateVideoBody = {
  video_url?: string;
  video_id?: string;
  title?: string;
  output_language: string;
  output_languages?: Array<string>;
  translate_audio_only?: boolean;
  speaker_num?: number;
  enable_dynamic_duration?: boolean;
  keep_the_same_format?: boolean;
  mode?: 'fast' | 'quality';
  brand_voice_id?: string;
  callback_id?: string;
  callback_url?: string;
  stock_voice_config?: Record<string, unknown>;
};

export type HeygenAddWebhookBody = {
  url: string;
  events?: Array<string>;
  entity_id?: string;
};

export type HeygenCreateWebmVideoBody = {
  avatar_pose_id?: string;
  avatar_style?: 'normal' | 'closeUp';
  input_text?: string;
  voice_id?: string;
  input_audio?: string;
  dimension?: {
    width?: number;
    height?: number;
  };
};

export type HeygenCreateAvatarIvVideoBody = {
  image_key: string;
  script: string;
  voice_id: string;
  video_title?: string;
  video_orientation?: 'portrait' | 'landscape' | 'square';
  fit?: 'cover' | 'contain';
  custom_motion_prompt?: string;
  enhance_custom_motion_prompt?: boolean;
  audio_url?: string;
  audio_asset_id?: string;
};

export type HeygenGenerateVideoAgentBody = {
  prompt: string;
  config?: {
    duration_sec?: number;
    avatar_id?: string;
    orientation?: 'portrait' | 'landscape';
  };
  files?: Array<{
    asset_id: string;
  }>;
  callback_id?: string;
  callback_url?: string;
};

export type HeygenShareVideoBody = {
  video_id: string;
};

export type HeygenCreateProofreadBody = {
  video_url: string;
  title: string;
  output_language?: string;
  output_languages?: Array<string>;
  brand_voice_id?: string;
  speaker_num?: number;
  folder_id?: string;
  enable_video_stretching?: boolean;
  disable_music_track?: boolean;
  enable_speech_enhancement?: boolean;
};

export type HeygenUploadProofreadSrtBody = {
  srt_file_url: string;
};

export type HeygenGenerateProofreadVideoBody = {
  captions?: boolean;
  translate_audio_only?: boolean;
  callback_url?: string;
};

export type HeygenGeneratePhotoAvatarPhotosBody = {
  name: string;
  age: 'Young Adult' | 'Early Middle Age' | 'Late Middle Age' | 'Senior' | 'Unspecified';
  gender: 'Woman' | 'Man' | 'Unspecified';
  ethnicity: 'White' | 'Black' | 'Asian American' | 'East Asian' | 'South East Asian' | 'South Asian' | 'Middle Eastern' | 'Pacific' | 'Hispanic' | 'Unspecified';
  orientation: 'square' | 'horizontal' | 'vertical';
  pose: 'half_body' | 'close_up' | 'full_body';
  style: 'Realistic' | 'Pixar' | 'Cinematic' | 'Vintage' | 'Noir' | 'Cyberpunk' | 'Unspecified';
  appearance: string;
};

export type HeygenGeneratePhotoAvatarLooksBody = {
  group_id: string;
  prompt: string;
  orientation: 'square' | 'horizontal' | 'vertical';
  pose: 'half_body' | 'close_up' | 'full_body';
  style: 'Realistic' | 'Pixar' | 'Cinematic' | 'Vintage' | 'Noir' | 'Cyberpunk' | 'Unspecified';
};

export type HeygenCreatePhotoAvatarGroupBody = {
  name: string;
  image_key: string;
  generation_id?: string;
};

export type HeygenAddPhotoAvatarLooksBody = {
  group_id: string;
  image_keys: Array<string>;
  name: string;
  generation_id?: string;
};

export type HeygenTrainPhotoAvatarGroupBody = {
  group_id: string;
};

export type HeygenAddPhotoAvatarMotionBody = {
  id: string;
  prompt?: string;
  motion_type?: string;
};

export type HeygenAddPhotoAvatarSoundEffectBody = {
  id: string;
};

export type HeygenUpscalePhotoAvatarBody = {
  id: string;
};

export type HeygenCreateVideoAvatarBody = {
  training_footage_url: string;
  video_consent_url: string;
  avatar_name: string;
  avatar_group_id?: string;
  callback_id?: string;
  callback_url?: string;
};

export type HeygenPreviewVoiceBody = {
  text_type?: 'plain' | 'ssml';
  text: string;
  voice_id: string;
  settings?: Record<string, unknown>;
  with_timestamps?: boolean;
  generation_type?: 'preview';
};

export type HeygenTextToSpeechBody = {
  text: string;
  voice_id: string;
  speed?: number;
};

export type HeygenUpdateBrandVoiceBody = {
  name?: string;
  blacklist?: Array<string>;
  whitelist?: Array<Record<string, unknown>>;
  tones?: Array<Record<string, unknown>>;
  vocabulary?: Array<Record<string, unknown>>;
  tone?: string;
};

export type HeygenCreateFolderBody = {
  name: string;
  project_type?: 'video_translate' | 'instant_avatar' | 'video' | 'asset' | 'brand_kit' | 'mixed';
  parent_id?: string;
};

export type HeygenUpdateFolderBody = {
  name: string;
};

export type HeygenUpdateWebhookBody = {
  endpoint_id: string;
  url: string;
  events?: Array<string>;
};

export type HeygenAddPersonalizedContactBody = {
  project_id: string;
  variables_list: Array<{
    first_name?: string;
    email?: string;
  } & Record<string, string>>;
};

export type HeygenCreateStreamingSessionBody = {
  quality?: 'low' | 'medium' | 'high';
  avatar_id?: string;
  voice_name?: string;
  voice?: {
    voice_id?: string;
    rate?: number;
    emotion?: string;
  };
  knowledge_base?: string;
  knowledge_base_id?: string;
  video_encoding?: 'VP8' | 'H264';
  disable_idle_timeout?: boolean;
  activity_idle_timeout?: number;
  version?: 'v2';
  stt_settings?: Record<string, unknown>;
  livekit_settings?: Record<string, unknown>;
};

export type HeygenStartStreamingSessionBody = {
  session_id: string;
  sdp?: {
    type?: string;
    sdp?: string;
  };
};

export type HeygenSubmitStreamingIceBody = {
  session_id: string;
  candidate: {
    candidate?: string;
    sdpMid?: string;
    sdpMLineIndex?: number;
    usernameFragment?: string;
  };
};

export type HeygenSendStreamingTaskBody = {
  session_id: string;
  text: string;
  task_type?: 'repeat' | 'talk' | 'chat';
  task_mode?: string;
};

export type HeygenInterruptStreamingTaskBody = {
  session_id: string;
};

export type HeygenStopStreamingSessionBody = {
  session_id: string;
};

export type HeygenKeepAliveStreamingSessionBody = {
  session_id: string;
};

export type HeygenCreateStreamingTokenBody = Record<string, unknown>;

export type HeygenCreateKnowledgeBaseBody = {
  name: string;
  opening: string;
  prompt: string;
};

export type HeygenUpdateKnowledgeBaseBody = {
  name?: string;
  opening?: string;
  prompt?: string;
};

export type HeygenV3CreateAiClippingBody = {
  callback_id?: string | null;
  callback_url?: string | null;
  input_language?: string | null;
  output_settings?: {
    aspect_ratio?: 'landscape' | 'portrait' | 'square';
    caption_style?: string | null;
    captions?: boolean;
    duration_types?: Array<'30' | '60' | '180' | 'long'>;
    prompt?: string | null;
  };
  title?: string | null;
  video: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
};

export type HeygenV3CompleteAssetBatchBody = {
  batch_id: string;
};

export type HeygenV3CompleteAssetBody = {
  checksum_sha256?: string | null;
};

export type HeygenV3CreateDirectUploadBatchBody = {
  callback_url?: string | null;
  files: Array<{
    checksum_sha256?: string | null;
    content_type: string;
    filename: string;
    size_bytes: number;
  }>;
  title?: string | null;
};

export type HeygenV3CreateDirectUploadBody = {
  checksum_sha256?: string | null;
  content_type: string;
  filename: string;
  size_bytes: number;
};

export type HeygenV3CreateAvatarConsentBody = {
  consent_text?: string | null;
  consent_video?: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  } | null;
  reroute_url?: string | null;
};

export type HeygenV3CreateAvatarBody = {
  avatar_group_id?: string | null;
  avatar_id?: string | null;
  name: string;
  prompt: string;
  reference_images?: Array<{
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  }> | null;
  type: 'prompt';
} | {
  avatar_group_id?: string | null;
  file: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  };
  name: string;
  type: 'digital_twin';
} | {
  avatar_group_id?: string | null;
  file: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  };
  name: string;
  type: 'photo';
};

export type HeygenV3UpdateAvatarLookBody = {
  name?: string | null;
};

export type HeygenV3CreateBackgroundRemovalBody = {
  layers?: Array<string>;
  request_id?: string | null;
  title?: string | null;
  video: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  };
};

export type HeygenV3CreateLipsyncBatchBody = {
  callback_url?: string | null;
  lipsyncs: Array<{
    audio: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    };
    callback_id?: string | null;
    callback_url?: string | null;
    disable_music_track?: boolean;
    enable_caption?: boolean;
    enable_dynamic_duration?: boolean;
    enable_speech_enhancement?: boolean;
    enable_watermark?: boolean;
    end_time?: number | null;
    folder_id?: string | null;
    fps_mode?: string | null;
    keep_the_same_format?: boolean | null;
    mode?: 'speed' | 'precision';
    start_time?: number | null;
    title?: string | null;
    video: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    };
  }>;
  title?: string | null;
};

export type HeygenV3CreateLipsyncBody = {
  audio: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
  callback_id?: string | null;
  callback_url?: string | null;
  disable_music_track?: boolean;
  enable_caption?: boolean;
  enable_dynamic_duration?: boolean;
  enable_speech_enhancement?: boolean;
  enable_watermark?: boolean;
  end_time?: number | null;
  folder_id?: string | null;
  fps_mode?: string | null;
  keep_the_same_format?: boolean | null;
  mode?: 'speed' | 'precision';
  start_time?: number | null;
  title?: string | null;
  video: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
};

export type HeygenV3UpdateLipsyncBody = {
  title: string;
};

export type HeygenV3GenerateTemplateVideoBody = {
  brand_voice_id?: string | null;
  callback_id?: string | null;
  callback_url?: string | null;
  caption?: boolean;
  dimension?: {
    height: number;
    width: number;
  } | null;
  enable_sharing?: boolean;
  folder_id?: string | null;
  fps?: number;
  include_gif?: boolean;
  keep_text_vertically_centered?: boolean;
  reorder_music?: boolean;
  scene_ids?: Array<string> | null;
  subtitles?: {
    alignment?: number | null;
    disable_highlight?: boolean | null;
    font_size?: number | null;
    position?: {
      x?: number;
      y?: number;
    } | null;
    preset_name: string;
  } | null;
  title?: string | null;
  variables: Record<string, {
    type: 'text' | 'image' | 'video' | 'audio' | 'voice' | 'character';
  } & Record<string, unknown>>;
};

export type HeygenV3CreateVideoAgentBody = {
  avatar_id?: string | null;
  brand_kit_id?: string | null;
  callback_id?: string | null;
  callback_url?: string | null;
  files?: Array<{
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  }> | null;
  incognito_mode?: boolean;
  mode?: 'generate' | 'chat';
  orientation?: 'landscape' | 'portrait' | null;
  prompt: string;
  style_id?: string | null;
  voice_id?: string | null;
};

export type HeygenV3SendVideoAgentMessageBody = {
  avatar_id?: string | null;
  brand_kit_id?: string | null;
  files?: Array<{
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  }> | null;
  message: string;
  voice_id?: string | null;
};

export type HeygenV3StopVideoAgentBody = Record<string, unknown>;

export type HeygenV3CreateVideoTranslationBatchBody = {
  callback_url?: string | null;
  title?: string | null;
  video_translations: Array<{
    audio?: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | null;
    brand_glossary_id?: string | null;
    brand_voice_id?: string | null;
    callback_id?: string | null;
    callback_url?: string | null;
    disable_music_track?: boolean;
    enable_caption?: boolean;
    enable_dynamic_duration?: boolean;
    enable_speech_enhancement?: boolean;
    enable_watermark?: boolean;
    end_time?: number | null;
    folder_id?: string | null;
    fps_mode?: 'vfr' | 'cfr' | 'passthrough' | null;
    input_language?: string | null;
    keep_the_same_format?: boolean | null;
    mode?: 'speed' | 'precision';
    output_languages: Array<string>;
    speaker_num?: number | null;
    srt?: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | null;
    srt_role?: 'input' | 'output' | null;
    start_time?: number | null;
    stock_voice_config?: {
      preferred_stock_voice_ids?: Array<string>;
      use_stock_voice?: boolean;
    } | null;
    title?: string | null;
    translate_audio_only?: boolean;
    video: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    };
  }>;
};

export type HeygenV3CreateVideoTranslationBody = {
  audio?: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | null;
  brand_glossary_id?: string | null;
  brand_voice_id?: string | null;
  callback_id?: string | null;
  callback_url?: string | null;
  disable_music_track?: boolean;
  enable_caption?: boolean;
  enable_dynamic_duration?: boolean;
  enable_speech_enhancement?: boolean;
  enable_watermark?: boolean;
  end_time?: number | null;
  folder_id?: string | null;
  fps_mode?: 'vfr' | 'cfr' | 'passthrough' | null;
  input_language?: string | null;
  keep_the_same_format?: boolean | null;
  mode?: 'speed' | 'precision';
  output_languages: Array<string>;
  speaker_num?: number | null;
  srt?: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | null;
  srt_role?: 'input' | 'output' | null;
  start_time?: number | null;
  stock_voice_config?: {
    preferred_stock_voice_ids?: Array<string>;
    use_stock_voice?: boolean;
  } | null;
  title?: string | null;
  translate_audio_only?: boolean;
  video: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
};

export type HeygenV3CreateProofreadBody = {
  brand_glossary_id?: string | null;
  brand_voice_id?: string | null;
  disable_music_track?: boolean;
  enable_speech_enhancement?: boolean;
  enable_video_stretching?: boolean;
  folder_id?: string | null;
  keep_the_same_format?: boolean;
  mode?: 'speed' | 'precision';
  output_languages: Array<string>;
  speaker_num?: number | null;
  srt?: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | null;
  title: string;
  video: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
};

export type HeygenV3GenerateProofreadVideoBody = {
  callback_id?: string | null;
  callback_url?: string | null;
  captions?: boolean;
  translate_audio_only?: boolean;
};

export type HeygenV3UpdateProofreadSrtBody = {
  srt: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  };
};

export type HeygenV3UpdateVideoTranslationBody = {
  title: string;
};

export type HeygenV3CreateVideoBatchBody = {
  callback_url?: string | null;
  title?: string | null;
  videos: Array<{
    aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
    audio_asset_id?: string | null;
    audio_url?: string | null;
    avatar_id: string;
    background?: {
      asset_id?: string | null;
      type: 'color' | 'image';
      url?: string | null;
      value?: string | null;
    } | null;
    callback_id?: string | null;
    callback_url?: string | null;
    caption?: {
      file_format?: 'srt';
      style?: 'default' | null;
    } | null;
    engine?: {
      reference_look_id?: string | null;
      type: 'avatar_v';
    } | {
      type: 'avatar_iv';
    } | {
      type: 'avatar_iii';
    } | null;
    expressiveness?: 'high' | 'medium' | 'low' | null;
    fit?: 'contain' | 'cover' | null;
    motion_prompt?: string | null;
    output_format?: 'mp4' | 'webm';
    remove_background?: boolean | null;
    resolution?: '4k' | '1080p' | '720p' | null;
    script?: string | null;
    title?: string | null;
    type: 'avatar';
    voice_id?: string | null;
    voice_settings?: {
      engine_settings?: {
        engine_type: 'elevenlabs';
        model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
        similarity_boost?: number | null;
        stability?: number | null;
        style?: number | null;
        use_speaker_boost?: boolean | null;
      } | {
        engine_type: 'fish';
        model?: 's1' | 's2-pro' | null;
        similarity?: number | null;
        stability?: number | null;
      } | {
        engine_type: 'starfish';
      } | null;
      locale?: string | null;
      pitch?: number;
      speed?: number;
      volume?: number;
    } | null;
    watermark?: {
      image: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      opacity?: number;
      placement?: {
        offset_x?: number | null;
        offset_y?: number | null;
        position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
      } | null;
      scale?: number;
    } | null;
  } | {
    aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
    audio_asset_id?: string | null;
    audio_url?: string | null;
    background?: {
      asset_id?: string | null;
      type: 'color' | 'image';
      url?: string | null;
      value?: string | null;
    } | null;
    callback_id?: string | null;
    callback_url?: string | null;
    caption?: {
      file_format?: 'srt';
      style?: 'default' | null;
    } | null;
    expressiveness?: 'high' | 'medium' | 'low' | null;
    fit?: 'contain' | 'cover' | null;
    image: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    motion_prompt?: string | null;
    output_format?: 'mp4' | 'webm';
    remove_background?: boolean | null;
    resolution?: '4k' | '1080p' | '720p' | null;
    script?: string | null;
    title?: string | null;
    type: 'image';
    voice_id?: string | null;
    voice_settings?: {
      engine_settings?: {
        engine_type: 'elevenlabs';
        model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
        similarity_boost?: number | null;
        stability?: number | null;
        style?: number | null;
        use_speaker_boost?: boolean | null;
      } | {
        engine_type: 'fish';
        model?: 's1' | 's2-pro' | null;
        similarity?: number | null;
        stability?: number | null;
      } | {
        engine_type: 'starfish';
      } | null;
      locale?: string | null;
      pitch?: number;
      speed?: number;
      volume?: number;
    } | null;
    watermark?: {
      image: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      opacity?: number;
      placement?: {
        offset_x?: number | null;
        offset_y?: number | null;
        position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
      } | null;
      scale?: number;
    } | null;
  } | {
    aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto';
    auto_duration?: boolean;
    avatar_id: Array<string>;
    duration?: number | null;
    enhance_prompt?: boolean;
    prompt: string;
    references?: Array<{
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    }> | null;
    resolution?: '720p' | '1080p';
    title?: string | null;
    type: 'cinematic_avatar';
  } | {
    aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
    callback_id?: string | null;
    callback_url?: string | null;
    caption?: {
      file_format?: 'srt';
      style?: 'default' | null;
    } | null;
    resolution?: '4k' | '1080p' | '720p' | null;
    scenes: Array<{
      input: {
        audio_asset_id?: string | null;
        audio_url?: string | null;
        avatar_id: string;
        background?: {
          color: string;
          type: 'color';
        } | null;
        engine?: {
          reference_look_id?: string | null;
          type: 'avatar_v';
        } | {
          type: 'avatar_iv';
        } | {
          type: 'avatar_iii';
        } | null;
        expressiveness?: 'high' | 'medium' | 'low' | null;
        motion_prompt?: string | null;
        script?: string | null;
        type: 'avatar';
        voice_id?: string | null;
        voice_settings?: {
          engine_settings?: {
            engine_type: 'elevenlabs';
            model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
            similarity_boost?: number | null;
            stability?: number | null;
            style?: number | null;
            use_speaker_boost?: boolean | null;
          } | {
            engine_type: 'fish';
            model?: 's1' | 's2-pro' | null;
            similarity?: number | null;
            stability?: number | null;
          } | {
            engine_type: 'starfish';
          } | null;
          locale?: string | null;
          pitch?: number;
          speed?: number;
          volume?: number;
        } | null;
      } | {
        audio_asset_id?: string | null;
        audio_url?: string | null;
        expressiveness?: 'high' | 'medium' | 'low' | null;
        image: {
          type: 'url';
          url: string;
        } | {
          asset_id: string;
          type: 'asset_id';
        } | {
          data: string;
          media_type: string;
          type: 'base64';
        };
        motion_prompt?: string | null;
        script?: string | null;
        type: 'image';
        voice_id?: string | null;
        voice_settings?: {
          engine_settings?: {
            engine_type: 'elevenlabs';
            model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
            similarity_boost?: number | null;
            stability?: number | null;
            style?: number | null;
            use_speaker_boost?: boolean | null;
          } | {
            engine_type: 'fish';
            model?: 's1' | 's2-pro' | null;
            similarity?: number | null;
            stability?: number | null;
          } | {
            engine_type: 'starfish';
          } | null;
          locale?: string | null;
          pitch?: number;
          speed?: number;
          volume?: number;
        } | null;
      };
      type: 'avatar_video';
    } | {
      audio_asset_id?: string | null;
      audio_url?: string | null;
      duration?: number | null;
      script?: string | null;
      source: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      type: 'image';
      voice_id?: string | null;
      voice_settings?: {
        engine_settings?: {
          engine_type: 'elevenlabs';
          model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
          similarity_boost?: number | null;
          stability?: number | null;
          style?: number | null;
          use_speaker_boost?: boolean | null;
        } | {
          engine_type: 'fish';
          model?: 's1' | 's2-pro' | null;
          similarity?: number | null;
          stability?: number | null;
        } | {
          engine_type: 'starfish';
        } | null;
        locale?: string | null;
        pitch?: number;
        speed?: number;
        volume?: number;
      } | null;
    } | {
      playback?: {
        mute?: boolean;
        volume?: number;
      } | null;
      source: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      type: 'video';
    }>;
    title?: string | null;
    type: 'studio';
    watermark?: {
      image: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      opacity?: number;
      placement?: {
        offset_x?: number | null;
        offset_y?: number | null;
        position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
      } | null;
      scale?: number;
    } | null;
  }>;
};

export type HeygenV3CreateVideoBody = {
  aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
  audio_asset_id?: string | null;
  audio_url?: string | null;
  avatar_id: string;
  background?: {
    asset_id?: string | null;
    type: 'color' | 'image';
    url?: string | null;
    value?: string | null;
  } | null;
  callback_id?: string | null;
  callback_url?: string | null;
  caption?: {
    file_format?: 'srt';
    style?: 'default' | null;
  } | null;
  engine?: {
    reference_look_id?: string | null;
    type: 'avatar_v';
  } | {
    type: 'avatar_iv';
  } | {
    type: 'avatar_iii';
  } | null;
  expressiveness?: 'high' | 'medium' | 'low' | null;
  fit?: 'contain' | 'cover' | null;
  motion_prompt?: string | null;
  output_format?: 'mp4' | 'webm';
  remove_background?: boolean | null;
  resolution?: '4k' | '1080p' | '720p' | null;
  script?: string | null;
  title?: string | null;
  type: 'avatar';
  voice_id?: string | null;
  voice_settings?: {
    engine_settings?: {
      engine_type: 'elevenlabs';
      model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
      similarity_boost?: number | null;
      stability?: number | null;
      style?: number | null;
      use_speaker_boost?: boolean | null;
    } | {
      engine_type: 'fish';
      model?: 's1' | 's2-pro' | null;
      similarity?: number | null;
      stability?: number | null;
    } | {
      engine_type: 'starfish';
    } | null;
    locale?: string | null;
    pitch?: number;
    speed?: number;
    volume?: number;
  } | null;
  watermark?: {
    image: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    opacity?: number;
    placement?: {
      offset_x?: number | null;
      offset_y?: number | null;
      position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
    } | null;
    scale?: number;
  } | null;
} | {
  aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
  audio_asset_id?: string | null;
  audio_url?: string | null;
  background?: {
    asset_id?: string | null;
    type: 'color' | 'image';
    url?: string | null;
    value?: string | null;
  } | null;
  callback_id?: string | null;
  callback_url?: string | null;
  caption?: {
    file_format?: 'srt';
    style?: 'default' | null;
  } | null;
  expressiveness?: 'high' | 'medium' | 'low' | null;
  fit?: 'contain' | 'cover' | null;
  image: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  };
  motion_prompt?: string | null;
  output_format?: 'mp4' | 'webm';
  remove_background?: boolean | null;
  resolution?: '4k' | '1080p' | '720p' | null;
  script?: string | null;
  title?: string | null;
  type: 'image';
  voice_id?: string | null;
  voice_settings?: {
    engine_settings?: {
      engine_type: 'elevenlabs';
      model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
      similarity_boost?: number | null;
      stability?: number | null;
      style?: number | null;
      use_speaker_boost?: boolean | null;
    } | {
      engine_type: 'fish';
      model?: 's1' | 's2-pro' | null;
      similarity?: number | null;
      stability?: number | null;
    } | {
      engine_type: 'starfish';
    } | null;
    locale?: string | null;
    pitch?: number;
    speed?: number;
    volume?: number;
  } | null;
  watermark?: {
    image: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    opacity?: number;
    placement?: {
      offset_x?: number | null;
      offset_y?: number | null;
      position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
    } | null;
    scale?: number;
  } | null;
} | {
  aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto';
  auto_duration?: boolean;
  avatar_id: Array<string>;
  duration?: number | null;
  enhance_prompt?: boolean;
  prompt: string;
  references?: Array<{
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  }> | null;
  resolution?: '720p' | '1080p';
  title?: string | null;
  type: 'cinematic_avatar';
} | {
  aspect_ratio?: '16:9' | '9:16' | '4:5' | '5:4' | '1:1' | 'auto' | null;
  callback_id?: string | null;
  callback_url?: string | null;
  caption?: {
    file_format?: 'srt';
    style?: 'default' | null;
  } | null;
  resolution?: '4k' | '1080p' | '720p' | null;
  scenes: Array<{
    input: {
      audio_asset_id?: string | null;
      audio_url?: string | null;
      avatar_id: string;
      background?: {
        color: string;
        type: 'color';
      } | null;
      engine?: {
        reference_look_id?: string | null;
        type: 'avatar_v';
      } | {
        type: 'avatar_iv';
      } | {
        type: 'avatar_iii';
      } | null;
      expressiveness?: 'high' | 'medium' | 'low' | null;
      motion_prompt?: string | null;
      script?: string | null;
      type: 'avatar';
      voice_id?: string | null;
      voice_settings?: {
        engine_settings?: {
          engine_type: 'elevenlabs';
          model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
          similarity_boost?: number | null;
          stability?: number | null;
          style?: number | null;
          use_speaker_boost?: boolean | null;
        } | {
          engine_type: 'fish';
          model?: 's1' | 's2-pro' | null;
          similarity?: number | null;
          stability?: number | null;
        } | {
          engine_type: 'starfish';
        } | null;
        locale?: string | null;
        pitch?: number;
        speed?: number;
        volume?: number;
      } | null;
    } | {
      audio_asset_id?: string | null;
      audio_url?: string | null;
      expressiveness?: 'high' | 'medium' | 'low' | null;
      image: {
        type: 'url';
        url: string;
      } | {
        asset_id: string;
        type: 'asset_id';
      } | {
        data: string;
        media_type: string;
        type: 'base64';
      };
      motion_prompt?: string | null;
      script?: string | null;
      type: 'image';
      voice_id?: string | null;
      voice_settings?: {
        engine_settings?: {
          engine_type: 'elevenlabs';
          model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
          similarity_boost?: number | null;
          stability?: number | null;
          style?: number | null;
          use_speaker_boost?: boolean | null;
        } | {
          engine_type: 'fish';
          model?: 's1' | 's2-pro' | null;
          similarity?: number | null;
          stability?: number | null;
        } | {
          engine_type: 'starfish';
        } | null;
        locale?: string | null;
        pitch?: number;
        speed?: number;
        volume?: number;
      } | null;
    };
    type: 'avatar_video';
  } | {
    audio_asset_id?: string | null;
    audio_url?: string | null;
    duration?: number | null;
    script?: string | null;
    source: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    type: 'image';
    voice_id?: string | null;
    voice_settings?: {
      engine_settings?: {
        engine_type: 'elevenlabs';
        model?: 'eleven_multilingual_v2' | 'eleven_turbo_v2_5' | 'eleven_flash_v2_5' | 'eleven_v3' | null;
        similarity_boost?: number | null;
        stability?: number | null;
        style?: number | null;
        use_speaker_boost?: boolean | null;
      } | {
        engine_type: 'fish';
        model?: 's1' | 's2-pro' | null;
        similarity?: number | null;
        stability?: number | null;
      } | {
        engine_type: 'starfish';
      } | null;
      locale?: string | null;
      pitch?: number;
      speed?: number;
      volume?: number;
    } | null;
  } | {
    playback?: {
      mute?: boolean;
      volume?: number;
    } | null;
    source: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    type: 'video';
  }>;
  title?: string | null;
  type: 'studio';
  watermark?: {
    image: {
      type: 'url';
      url: string;
    } | {
      asset_id: string;
      type: 'asset_id';
    } | {
      data: string;
      media_type: string;
      type: 'base64';
    };
    opacity?: number;
    placement?: {
      offset_x?: number | null;
      offset_y?: number | null;
      position?: 'top_left' | 'top_right' | 'bottom_left' | 'bottom_right';
    } | null;
    scale?: number;
  } | null;
};

export type HeygenV3CloneVoiceBody = {
  audio: {
    type: 'url';
    url: string;
  } | {
    asset_id: string;
    type: 'asset_id';
  } | {
    data: string;
    media_type: string;
    type: 'base64';
  };
  language?: string | null;
  remove_background_noise?: boolean;
  voice_name: string;
};

export type HeygenV3DesignVoiceBody = {
  gender?: string | null;
  locale?: string | null;
  prompt: string;
  seed?: number;
};

export type HeygenV3CreateSpeechBody = {
  input_type?: string;
  language?: string | null;
  locale?: string | null;
  speed?: number;
  text: string;
  voice_id: string;
};

export type HeygenV3CreateWebhookEndpointBody = {
  entity_id?: string | null;
  events?: Array<'avatar_video.success' | 'avatar_video.fail' | 'avatar_video_gif.success' | 'avatar_video_gif.fail' | 'video_translate.success' | 'video_translate.fail' | 'video_translate.preflight.validation_failed' | 'video_translate.preflight.download_failed' | 'personalized_video' | 'instant_avatar.success' | 'instant_avatar.fail' | 'photo_avatar_generation.success' | 'photo_avatar_generation.fail' | 'photo_avatar_train.success' | 'photo_avatar_train.fail' | 'photo_avatar_add_motion.success' | 'photo_avatar_add_motion.fail' | 'proofread_creation.success' | 'proofread_creation.fail' | 'live_avatar.success' | 'live_avatar.fail' | 'avatar_video_caption.success' | 'avatar_video_caption.fail' | 'video_agent.success' | 'video_agent.fail' | 'hyperframes_video.success' | 'hyperframes_video.fail' | 'ai_clipping.success' | 'ai_clipping.fail' | 'batch.finished'> | null;
  url: string;
};

export type HeygenV3UpdateWebhookEndpointBody = {
  events?: Array<'avatar_video.success' | 'avatar_video.fail' | 'avatar_video_gif.success' | 'avatar_video_gif.fail' | 'video_translate.success' | 'video_translate.fail' | 'video_translate.preflight.validation_failed' | 'video_translate.preflight.download_failed' | 'personalized_video' | 'instant_avatar.success' | 'instant_avatar.fail' | 'photo_avatar_generation.success' | 'photo_avatar_generation.fail' | 'photo_avatar_train.success' | 'photo_avatar_train.fail' | 'photo_avatar_add_motion.success' | 'photo_avatar_add_motion.fail' | 'proofread_creation.success' | 'proofread_creation.fail' | 'live_avatar.success' | 'live_avatar.fail' | 'avatar_video_caption.success' | 'avatar_video_caption.fail' | 'video_agent.success' | 'video_agent.fail' | 'hyperframes_video.success' | 'hyperframes_video.fail' | 'ai_clipping.success' | 'ai_clipping.fail' | 'batch.finished'> | null;
  url?: string | null;
};

export type HeygenV3CreateHyperframesRenderBody = {
  project: {
    type: 'url';
    url: string;
  } | {
    type: 'asset_id';
    asset_id: string;
  } | {
    type: 'base64';
    media_type: string;
    data: string;
  };
  composition?: string;
  variables?: Record<string, unknown>;
  fps?: number;
  quality?: string;
  format?: string;
  resolution?: '1080p' | '4k';
  aspect_ratio?: '16:9' | '9:16' | '1:1';
  title?: string;
  callback_id?: string;
  callback_url?: string;
};

export type HeygenV3CreateFolderBody = {
  name: string;
  parent_id?: string | null;
  type?: 'mixed' | 'video' | 'video_translate';
};

export type ElevenlabsAddVoiceBody = {
  name: string;
  remove_background_noise?: boolean;
  description?: string;
  labels?: string;
};

export type ElevenlabsEditVoiceBody = {
  name: string;
  remove_background_noise?: boolean;
  description?: string;
  labels?: string;
  moderate_metadata?: boolean;
};

export type ElevenlabsTtsBody = {
  text: string;
  model_id?: string;
  language_code?: string;
  voice_settings?: {
    stability?: number;
    similarity_boost?: number;
    style?: number;
    use_speaker_boost?: boolean;
    speed?: number;
  };
  pronunciation_dictionary_locators?: Array<{
    pronunciation_dictionary_id: string;
    version_id?: string;
  }>;
  seed?: number;
  previous_text?: string;
  next_text?: string;
  previous_request_ids?: Array<string>;
  next_request_ids?: Array<string>;
  use_pvc_as_ivc?: boolean;
  apply_text_normalization?: 'auto' | 'on' | 'off';
  apply_language_text_normalization?: boolean;
};

export type ElevenlabsTtsStreamBody = {
  text: string;
  model_id?: string;
  language_code?: string;
  voice_settings?: {
    stability?: number;
    similarity_boost?: number;
    style?: number;
    use_speaker_boost?: boolean;
    speed?: number;
  };
  pronunciation_dictionary_locators?: Array<{
    pronunciation_dictionary_id: string;
    version_id?: string;
  }>;
  seed?: number;
  previous_text?: string;
  next_text?: string;
  previous_request_ids?: Array<string>;
  next_request_ids?: Array<string>;
  use_pvc_as_ivc?: boolean;
  apply_text_normalization?: 'auto' | 'on' | 'off';
  apply_language_text_normalization?: boolean;
};

export type ElevenlabsTtsTimestampsBody = {
  text: string;
  model_id?: string;
  language_code?: string;
  voice_settings?: {
    stability?: number;
    similarity_boost?: number;
    style?: number;
    use_speaker_boost?: boolean;
    speed?: number;
  };
  pronunciation_dictionary_locators?: Array<{
    pronunciation_dictionary_id: string;
    version_id?: string;
  }>;
  seed?: number;
  previous_text?: string;
  next_text?: string;
  previous_request_ids?: Array<string>;
  next_request_ids?: Array<string>;
  use_pvc_as_ivc?: boolean;
  apply_text_normalization?: 'auto' | 'on' | 'off';
  apply_language_text_normalization?: boolean;
};

export type ElevenlabsSoundGenerationBody = {
  text: string;
  loop?: boolean;
  duration_seconds?: number;
  prompt_influence?: number;
  model_id?: string;
};

export type ElevenlabsAudioIsolationBody = {
  file_format?: 'pcm_s16le_16' | 'other';
  preview_b64?: string;
};

export type ElevenlabsAudioIsolationStreamBody = {
  file_format?: 'pcm_s16le_16' | 'other';
};

export type ElevenlabsCreateDubbingBody = {
  name?: string;
  source_url?: string;
  source_lang?: string;
  target_lang?: string;
  target_accent?: string;
  num_speakers?: number;
  watermark?: boolean;
  start_time?: number;
  end_time?: number;
  highest_resolution?: boolean;
  drop_background_audio?: boolean;
  use_profanity_filter?: boolean;
  dubbing_studio?: boolean;
  disable_voice_cloning?: boolean;
  mode?: 'automatic' | 'manual';
  csv_fps?: number;
};

export type LiveavatarCreateSessionTokenBody = {
  mode: 'FULL';
  avatar_id: string;
  is_sandbox?: boolean;
  video_settings?: {
    quality?: 'very_high' | 'high' | 'medium' | 'low';
    encoding?: 'VP8' | 'H264';
  };
  max_session_duration?: number;
  avatar_persona?: {
    voice_id?: string;
    context_id?: string;
    language?: string;
    voice_settings?: {
      provider: 'elevenLabs';
      speed?: number;
      stability?: number;
      similarity_boost?: number;
      style?: number;
      use_speaker_boost?: boolean;
      model?: 'eleven_flash_v2_5' | 'eleven_multilingual_v2';
      apply_language_text_normalization?: boolean;
    } | {
      provider: 'fish';
      speed?: number;
      model?: 's1' | 's2';
      latency_mode?: 'normal' | 'balanced';
    };
    stt_config?: {
      provider?: 'deepgram' | 'assembly_ai' | 'gladia' | 'elevenlabs';
    };
  };
  voice_agent?: {
    id?: string;
    language?: string;
    dynamic_variables?: Record<string, unknown>;
  };
  interactivity_type?: 'CONVERSATIONAL' | 'PUSH_TO_TALK';
  llm_configuration_id?: string;
  dynamic_variables?: Record<string, unknown>;
  memory?: {
    prev_session_id?: string;
    session_memory_id?: string;
  };
} | {
  mode: 'LITE';
  avatar_id: string;
  is_sandbox?: boolean;
  video_settings?: {
    quality?: 'very_high' | 'high' | 'medium' | 'low';
    encoding?: 'VP8' | 'H264';
  };
  max_session_duration?: number;
  livekit_config?: {
    livekit_url?: string;
    livekit_room?: string;
    livekit_client_token?: string;
  };
  agora_config?: {
    agora_app_id?: string;
    agora_token?: string;
    agora_channel?: string;
    agora_uid?: string;
  };
  elevenlabs_agent_config?: {
    secret_id: string;
    agent_id: string;
    voice_id?: string;
    dynamic_variables?: Record<string, unknown>;
  };
  openai_realtime_config?: {
    secret_id: string;
    context_id?: string;
    voice?: string;
    temperature?: number;
    model?: string;
  };
  gemini_realtime_config?: {
    secret_id: string;
    context_id?: string;
    voice?: string;
    temperature?: number;
    model?: string;
  };
};

export type LiveavatarStopSessionBody = {
  session_id?: string;
  reason?: 'UNKNOWN' | 'USER_DISCONNECTED' | 'SERVER_ERROR' | 'IDLE_TIMEOUT' | 'NO_CREDITS' | 'USER_CLOSED' | 'AVATAR_DELETED' | 'MAX_DURATION_REACHED' | 'ZOMBIE_SESSION_REAP' | 'AGENT_HANG_UP';
};

export type LiveavatarKeepSessionAliveBody = {
  session_id?: string;
};

export type LiveavatarUpdateAvatarBody = {
  name?: string;
  default_voice_id?: string;
};

export type LiveavatarAddThirdPartyVoiceBody = {
  provider_voice_id: string;
  secret_id: string;
  name?: string;
};

export type LiveavatarUpdateVoiceBody = {
  name: string;
};

export type LiveavatarCreateContextBody = {
  name: string;
  prompt: string;
  opening_text: string;
  links?: Array<{
    url: string;
    faq: string;
    id?: string;
  }>;
};

export type LiveavatarUpdateContextBody = {
  name?: string;
  prompt?: string;
  opening_text?: string;
  links?: Array<{
    url: string;
    faq: string;
    id?: string;
  }>;
};

export type LiveavatarCreateMemoryBody = {
  memory_type: 'session';
  session_id: string;
};

export type LiveavatarCreateSecretBody = {
  secret_name: string;
  secret_value: string;
  secret_type?: 'OPENAI_API_KEY' | 'ELEVENLABS_API_KEY' | 'GEMINI_API_KEY' | 'LLM_API_KEY';
};

export type LiveavatarCreateLlmConfigurationBody = {
  display_name: string;
  model_name: string;
  secret_id: string;
  base_url?: string;
};

export type LiveavatarUpdateLlmConfigurationBody = {
  display_name?: string;
  model_name?: string;
  secret_id?: string;
  base_url?: string;
};

export type LiveavatarCreateEmbeddingBody = {
  avatar_id: string;
  context_id: string;
  voice_id?: string;
  type?: string;
  max_session_duration?: number;
  default_language?: string;
  is_sandbox?: boolean;
};
