using System.Text.Json;
using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>A container as containerd itself knows it.</summary>
internal sealed record ContainerdListed
{
    public string Id { get; set; } = "";

    public string Image { get; set; } = "";

    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>By name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];

    public string CgroupPath { get; set; } = "";

    /// <summary>The variables that become labels, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; set; } = [];
}

/// <summary>The process of a container; one that was not started, or whose process was cleared away, has none.</summary>
internal sealed record ContainerdTask(int Status, int ExitCode, DateTimeOffset? ExitedAt);

/// <summary>
/// The messages of containerd's own interface that are needed; numbers of fields as in github.com/containerd/containerd/api,
/// services/namespaces/v1, services/containers/v1, services/tasks/v1 and types/task. All of them throw
/// <see cref="MalformedMessageException"/> for bytes that are no message.
/// </summary>
internal static class ContainerdMessages
{
    private const int MaxNamespaces = 100;
    private const int MaxEntries = 5_000;

    public static string Version(ReadOnlySpan<byte> message) => WireFields.TextOf(message, 1);

    public static List<string> Namespaces(ReadOnlySpan<byte> message)
    {
        var names = new List<string>();
        foreach (var field in new WireFields(message))
        {
            if (field.Number == 1 && names.Count < MaxNamespaces && WireFields.TextOf(field.Bytes, 1) is { Length: > 0 } name)
            {
                names.Add(name);
            }
        }
        return names;
    }

    public static List<ContainerdListed> Containers(ReadOnlySpan<byte> message, EnvironmentChoice environment)
    {
        var containers = new List<ContainerdListed>();
        foreach (var field in new WireFields(message))
        {
            if (field.Number == 1 && containers.Count < MaxEntries)
            {
                containers.Add(Container(field.Bytes, environment));
            }
        }
        return containers;
    }

    /// <summary>By the container's id.</summary>
    public static Dictionary<string, ContainerdTask> Tasks(ReadOnlySpan<byte> message)
    {
        var tasks = new Dictionary<string, ContainerdTask>(StringComparer.Ordinal);
        foreach (var field in new WireFields(message))
        {
            if (field.Number == 1 && tasks.Count < MaxEntries)
            {
                var (id, task) = Task(field.Bytes);
                tasks[id] = task;
            }
        }
        return tasks;
    }

    private static ContainerdListed Container(ReadOnlySpan<byte> message, EnvironmentChoice environment)
    {
        var (container, labels) = (new ContainerdListed(), new EngineLabels());
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                case 1:
                    container.Id = field.Text;
                    break;
                case 2:
                    labels.Add(field.Bytes);
                    break;
                case 3:
                    container.Image = field.Text;
                    break;
                case 5:
                    ReadSpecification(container, field.Bytes, environment);
                    break;
                case 8:
                    container.CreatedAt = Time(field.Bytes);
                    break;
            }
        }
        container.Labels = labels.ByName();
        return container;
    }

    /// <summary>It lies in an <c>Any</c>, whose field 2 is JSON here.</summary>
    private static void ReadSpecification(ContainerdListed container, ReadOnlySpan<byte> any, EnvironmentChoice environment)
    {
        foreach (var field in new WireFields(any))
        {
            if (field.Number != 2)
            {
                continue;
            }
            try
            {
                var reader = new Utf8JsonReader(field.Bytes);
                using var json = JsonDocument.ParseValue(ref reader);
                container.CgroupPath = OciSpecification.CgroupPath(json.RootElement);
                container.Environment = environment.IsEmpty ? [] : environment.Of(OciSpecification.Environment(json.RootElement), inLowerCase: false);
            }
            catch (JsonException)
            {
                // Another kind of container than those of Linux: it is known by its id.
            }
        }
    }

    private static (string Id, ContainerdTask Task) Task(ReadOnlySpan<byte> message)
    {
        var (id, status, exitCode) = ("", 0, 0);
        DateTimeOffset? exited = null;
        foreach (var field in new WireFields(message))
        {
            switch (field.Number)
            {
                // Field 1 is empty in lists, where field 2 names the container.
                case 1 or 2 when id.Length == 0:
                    id = field.Text;
                    break;
                case 4:
                    status = (int)field.Varint;
                    break;
                case 9:
                    exitCode = (int)field.Varint;
                    break;
                case 10:
                    exited = Time(field.Bytes);
                    break;
            }
        }
        return (id, new ContainerdTask(status, exitCode, exited));
    }

    /// <summary>A protobuf timestamp: seconds since the epoch in field 1; null for times that nobody means.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> message)
    {
        foreach (var field in new WireFields(message))
        {
            if (field.Number == 1)
            {
                return field.Varint is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds((long)field.Varint) : null;
            }
        }
        return null;
    }
}
