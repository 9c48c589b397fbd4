// @heygen/streaming-avatar: a page gets a session's token from its backend; its base path is an
// option. What needs WebRTC is left out: this is Node.
import StreamingAvatar from "@heygen/streaming-avatar/lib/index.esm.js";
import { told } from "./told.mjs";

const { BASE, KEY } = process.env;
const basePath = `${BASE}/heygen/passthrough`;
const answer = await fetch(`${basePath}/v1/streaming.create_token`, {
  method: "POST",
  headers: { "X-Api-Key": KEY },
});
const { token } = (await answer.json()).data;
const avatar = new StreamingAvatar({ token, basePath });
const session = await avatar.newSession({ avatarName: process.env.AVATAR, quality: "low" });
avatar.sessionId = session.session_id;
await avatar.startSession();
await avatar.speak({ text: "Hello there.", taskType: "repeat", task_type: "repeat" });
await avatar.interrupt();
await avatar.stopAvatar();
told({ token: typeof token, session: typeof session.session_id });
