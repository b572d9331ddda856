using System.Text;
using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>A container or a pod's sandbox, as the lists of the container runtime interface have them.</summary>
internal sealed record CriListed(string Id, string SandboxId, string Image, int State, long Attempt, DateTimeOffset? CreatedAt, IReadOnlyList<KeyValuePair<string, string>> Labels);

/// <summary>What a runtime says when it is asked about one container.</summary>
internal sealed record CriStatus(DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, int ExitCode, string Reason, string LogPath);

/// <summary>
/// The few messages of the container runtime interface that are needed, read field by field; numbers of fields as in
/// k8s.io/cri-api, runtime/v1/api.proto.
/// </summary>
internal static class CriMessages
{
    private const int MaxEntries = 5_000;

    /// <summary>The request for the status of one container: its id is field 1.</summary>
    public static byte[] StatusRequest(string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        // An id of 64 digits: its length takes one byte.
        return bytes.Length < 128 ? [(1 << 3) | 2, (byte)bytes.Length, .. bytes] : throw new EngineException("a container's id is too long");
    }

    /// <summary>The version of the runtime: fields 2 (its name) and 3.</summary>
    public static string Version(ReadOnlySpan<byte> message)
    {
        var (name, version) = ("", "");
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (2 << 3) | 2:
                    name = Text(ref reader);
                    break;
                case (3 << 3) | 2:
                    version = Text(ref reader);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return name.Length > 0 ? $"{name} {version}" : version;
    }

    /// <summary>Field 1 of both lists, with the reader for its messages.</summary>
    public static List<CriListed> List(ReadOnlySpan<byte> message, bool areSandboxes)
    {
        var entries = new List<CriListed>();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd && entries.Count < MaxEntries)
        {
            var tag = reader.ReadTag();
            if (tag == ((1 << 3) | 2))
            {
                var entry = reader.ReadBytes();
                entries.Add(areSandboxes ? Sandbox(entry) : Container(entry));
            }
            else
            {
                reader.Skip(tag);
            }
        }
        return entries;
    }

    public static CriStatus Status(ReadOnlySpan<byte> message)
    {
        var status = new CriStatus(null, null, 0, "", "");
        var reader = new WireReader(Field(message, 1));
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 5 << 3:
                    status = status with { StartedAt = Time(reader.ReadVarint()) };
                    break;
                case 6 << 3:
                    status = status with { FinishedAt = Time(reader.ReadVarint()) };
                    break;
                case 7 << 3:
                    status = status with { ExitCode = (int)reader.ReadVarint() };
                    break;
                case (10 << 3) | 2:
                    status = status with { Reason = Text(ref reader) };
                    break;
                case (15 << 3) | 2:
                    status = status with { LogPath = Text(ref reader) };
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return status;
    }

    /// <summary>Container: 1 id, 2 sandbox, 3 metadata (2 is the attempt), 4 image (1 is its name), 6 state, 7 created, 8 labels.</summary>
    private static CriListed Container(ReadOnlySpan<byte> message)
    {
        var (id, sandbox, image, state, attempt) = ("", "", "", 0, 0L);
        DateTimeOffset? created = null;
        var labels = new List<KeyValuePair<string, string>>();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    id = Text(ref reader);
                    break;
                case (2 << 3) | 2:
                    sandbox = Text(ref reader);
                    break;
                case (3 << 3) | 2:
                    attempt = Number(reader.ReadBytes(), 2);
                    break;
                case (4 << 3) | 2:
                    image = Encoding.UTF8.GetString(Field(reader.ReadBytes(), 1));
                    break;
                case 6 << 3:
                    state = (int)reader.ReadVarint();
                    break;
                case 7 << 3:
                    created = Time(reader.ReadVarint());
                    break;
                case (8 << 3) | 2:
                    labels.Add(Label(reader.ReadBytes()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return new CriListed(id, sandbox, image, state, attempt, created, Sorted(labels));
    }

    /// <summary>PodSandbox: 1 id, 4 created, 5 labels.</summary>
    private static CriListed Sandbox(ReadOnlySpan<byte> message)
    {
        var id = "";
        DateTimeOffset? created = null;
        var labels = new List<KeyValuePair<string, string>>();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case (1 << 3) | 2:
                    id = Text(ref reader);
                    break;
                case 4 << 3:
                    created = Time(reader.ReadVarint());
                    break;
                case (5 << 3) | 2:
                    labels.Add(Label(reader.ReadBytes()));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
        return new CriListed(id, "", "", 0, 0, created, Sorted(labels));
    }

    private static string Text(ref WireReader reader) => Encoding.UTF8.GetString(reader.ReadBytes());

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, uint number)
    {
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == ((number << 3) | 2))
            {
                return reader.ReadBytes();
            }
            reader.Skip(tag);
        }
        return default;
    }

    private static long Number(ReadOnlySpan<byte> message, uint number)
    {
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == number << 3)
            {
                return (long)reader.ReadVarint();
            }
            reader.Skip(tag);
        }
        return 0;
    }

    private static KeyValuePair<string, string> Label(ReadOnlySpan<byte> message)
    {
        LabelFields.Read(message, out var name, out var value);
        return KeyValuePair.Create(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
    }

    private static List<KeyValuePair<string, string>> Sorted(List<KeyValuePair<string, string>> labels)
    {
        labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return labels;
    }

    /// <summary>Nanoseconds since the epoch; 0 is "never".</summary>
    private static DateTimeOffset? Time(ulong nanoseconds) =>
        nanoseconds is > 0 and <= long.MaxValue ? DateTimeOffset.UnixEpoch.AddTicks((long)(nanoseconds / 100)) : null;
}
