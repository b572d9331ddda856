using System.Buffers;
using System.Text.Json;

namespace Touchline.Scraping.Discovery;

/// <summary>What of an object is kept: the parts that targets are made of, which are few beside its history and mounts.</summary>
internal static class KubernetesObject
{
    /// <summary>Members that no target's labels come from, by the name of the member wherever it stands.</summary>
    private static readonly HashSet<string> Unneeded = new(StringComparer.Ordinal)
    {
        "managedFields", "volumes", "volumeMounts", "env", "envFrom", "command", "args", "resources", "tolerations", "affinity",
        "livenessProbe", "readinessProbe", "startupProbe", "securityContext", "images", "allocatable", "capacity", "lifecycle", "volumesInUse",
        "volumesAttached", "ephemeralContainers", "ephemeralContainerStatuses", "topologySpreadConstraints", "volumeDevices",
    };

    /// <summary>A copy that lives by itself, without what is not needed.</summary>
    public static JsonElement Trim(JsonElement item)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, item, isFree: false);
        }
        using var document = JsonDocument.Parse(buffer.WrittenMemory.ToArray());
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, bool isFree)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(member => isFree || !Unneeded.Contains(member.Name)))
                {
                    writer.WritePropertyName(member.Name);
                    // The names of labels and annotations are anybody's.
                    Write(writer, member.Value, isFree: member.Name is "labels" or "annotations" or "deprecatedTopology");
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var child in element.EnumerateArray())
                {
                    Write(writer, child, isFree);
                }
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
