using System.Text.Json;
using Touchline.RemoteWrite.Sending;

namespace Touchline.Api;

/// <summary><c>status/remote_write</c>: who samples are sent to, and how that goes. Touchline's own; described in docs/remote-write.md.</summary>
internal sealed class RemoteWriteStatusEndpoint(RemoteWriteSender sender)
{
    public async Task RemoteWriteAsync(HttpContext context, ApiParameters parameters)
    {
        using var response = ApiResponse.Begin(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteNumber("queueBytes"u8, sender.QueueBytes);
        json.WriteNumber("queueBytesLimit"u8, sender.QueueBytesLimit);
        json.WriteNumber("lostSamples"u8, sender.LostSamples);
        json.WriteStartArray("remotes"u8);
        foreach (var remote in sender.Remotes())
        {
            Write(json, remote);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await response.FinishAsync();
    }

    private static void Write(Utf8JsonWriter json, RemoteStatus remote)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, remote.Name);
        json.WriteString("url"u8, remote.Url);
        json.WriteString("protobufMessage"u8, remote.Message);
        json.WriteString("state"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(remote.State.ToString()));
        json.WriteNumber("behindSeconds"u8, Math.Round(remote.BehindSeconds, 3));
        json.WriteNumber("queuedBytes"u8, remote.QueuedBytes);
        json.WriteNumber("samplesPending"u8, remote.Figures.Pending(SampleKind.Sample) + remote.Figures.Pending(SampleKind.Histogram));
        json.WriteNumber("samplesSent"u8, remote.Figures.Sent(SampleKind.Sample) + remote.Figures.Sent(SampleKind.Histogram));
        json.WriteNumber("samplesFailed"u8, remote.Figures.Failed(SampleKind.Sample) + remote.Figures.Failed(SampleKind.Histogram));
        json.WriteNumber("samplesDropped"u8, Enum.GetValues<DropReason>().Sum(remote.Figures.Dropped));
        json.WriteNumber("shards"u8, remote.Shards);
        json.WriteString("lastError"u8, remote.LastError);
        if (remote.LastErrorAt is { } at)
        {
            json.WriteString("lastErrorAt"u8, Timestamps.Rfc3339(at));
        }
        else
        {
            json.WriteNull("lastErrorAt"u8);
        }
        json.WriteEndObject();
    }
}
