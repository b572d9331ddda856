using System.Text;
using System.Text.Json;
using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>A container or a pod's sandbox, as the lists of the container runtime interface have them.</summary>
internal sealed record CriListed
{
    public string Id { get; set; } = "";

    public string Image { get; set; } = "";

    public int State { get; set; }

    /// <summary>How often it was started before, as another container of the same pod and name.</summary>
    public long Attempt { get; set; }

    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>By name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];
}

/// <summary>What a runtime says when it is asked about one container.</summary>
internal sealed record CriStatus
{
    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public int ExitCode { get; set; }

    public string Reason { get; set; } = "";

    public string LogPath { get; set; } = "";

    /// <summary>Variables as the process has them, <c>NAME=value</c>; empty where they were not asked for.</summary>
    public IReadOnlyList<string> Environment { get; set; } = [];
}

/// <summary>
/// The few messages of the container runtime interface that are needed; numbers of fields as in k8s.io/cri-api, runtime/v1/api.proto.
/// All of them throw <see cref="MalformedMessageException"/> for bytes that are no message.
/// </summary>
internal static class CriMessages
{
    private const int MaxEntries = 5_000;

    /// <summary>The request for the status of one container: its id is field 1, field 2 asks for its whole specification.</summary>
    public static byte[] StatusRequest(string id, bool withSpecification)
    {
        var request = new WireWriter();
        request.BytesField(1, Encoding.UTF8.GetBytes(id));
        if (withSpecification)
        {
            request.VarintField(2, 1);
        }
        return request.Written.ToArray();
    }

    /// <summary>The version of the runtime: fields 2 (its name) and 3.</summary>
    public static string Version(ReadOnlySpan<byte> message)
    {
        var (name, version) = ("", "");
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 2:
                    name = field.Text;
                    break;
                case 3:
                    version = field.Text;
                    break;
            }
        }
        return name.Length > 0 ? $"{name} {version}" : version;
    }

    /// <summary>Field 1 of both lists, with the reader for its messages.</summary>
    public static List<CriListed> List(ReadOnlySpan<byte> message, bool areSandboxes)
    {
        var entries = new List<CriListed>();
        foreach (var field in new WireFields(message))
        {
            if (field.Number == 1 && entries.Count < MaxEntries)
            {
                entries.Add(areSandboxes ? Sandbox(field.Bytes) : Container(field.Bytes));
            }
        }
        return entries;
    }

    /// <summary>Field 1 is the status, field 2 what was asked for beyond it.</summary>
    public static CriStatus Status(ReadOnlySpan<byte> message)
    {
        var status = new CriStatus();
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 1:
                    ReadStatus(status, field.Bytes);
                    break;
                case 2 when EngineLabels.Entry(field.Bytes) is { Key: "info" } more:
                    status.Environment = EnvironmentOf(more.Value);
                    break;
            }
        }
        return status;
    }

    private static void ReadStatus(CriStatus status, ReadOnlySpan<byte> message)
    {
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 5:
                    status.StartedAt = Time(field.Varint);
                    break;
                case 6:
                    status.FinishedAt = Time(field.Varint);
                    break;
                case 7:
                    status.ExitCode = (int)field.Varint;
                    break;
                case 10:
                    status.Reason = field.Text;
                    break;
                case 15:
                    status.LogPath = field.Text;
                    break;
            }
        }
    }

    private static CriListed Container(ReadOnlySpan<byte> message)
    {
        var (container, labels) = (new CriListed(), new EngineLabels());
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 1:
                    container.Id = field.Text;
                    break;
                case 3:
                    container.Attempt = Attempt(field.Bytes);
                    break;
                case 4:
                    // Field 1 of an image's specification is its name.
                    container.Image = WireFields.TextOf(field.Bytes, 1);
                    break;
                case 6:
                    container.State = (int)field.Varint;
                    break;
                case 7:
                    container.CreatedAt = Time(field.Varint);
                    break;
                case 8:
                    labels.Add(field.Bytes);
                    break;
            }
        }
        container.Labels = labels.ByName();
        return container;
    }

    private static CriListed Sandbox(ReadOnlySpan<byte> message)
    {
        var (sandbox, labels) = (new CriListed(), new EngineLabels());
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 1:
                    sandbox.Id = field.Text;
                    break;
                case 4:
                    sandbox.CreatedAt = Time(field.Varint);
                    break;
                case 5:
                    labels.Add(field.Bytes);
                    break;
            }
        }
        sandbox.Labels = labels.ByName();
        return sandbox;
    }

    /// <summary>Field 2 of a container's metadata.</summary>
    private static long Attempt(ReadOnlySpan<byte> metadata)
    {
        var attempt = 0L;
        foreach (var field in new WireFields(metadata))
        {
            attempt = field.Number == 2 ? (long)field.Varint : attempt;
        }
        return attempt;
    }

    /// <summary>containerd and CRI-O write JSON of their own here, in which the container's specification is called runtimeSpec.</summary>
    private static List<string> EnvironmentOf(string information)
    {
        try
        {
            using var json = JsonDocument.Parse(information);
            return OciSpecification.Environment(json.RootElement.Part("runtimeSpec"));
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Nanoseconds since the epoch; 0 is "never".</summary>
    private static DateTimeOffset? Time(ulong nanoseconds) =>
        nanoseconds is > 0 and <= long.MaxValue ? DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)) : null;
}
