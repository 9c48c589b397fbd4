// What the clients' scripts share: how they tell what came of each step.
export const told = (steps) => console.log(JSON.stringify(steps));

export const sound = () => new File([Buffer.from(process.env.SOUND, "base64")], "mine.wav", { type: "audio/wav" });

export async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
