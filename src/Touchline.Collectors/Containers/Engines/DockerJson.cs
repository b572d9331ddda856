using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>A container as the list of Docker's engine has it.</summary>
internal sealed record DockerListed(string Id, string Name, string Image, string State, DateTimeOffset? CreatedAt, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    /// <summary>Joined with what the engine said when it was asked about this one; null where it was not yet.</summary>
    public EngineContainer With(DockerDetails? details) => new()
    {
        Id = Id,
        Identity = new ContainerIdentity(Name, details?.Image is { Length: > 0 } image ? image : Image, Labels) { Environment = details?.Environment ?? [] },
        DisplayName = Name,
        WritableLayer = details?.WritableLayer ?? "",
        OwnFolder = details?.OwnFolder ?? "",
        State = Enum.TryParse<ContainerState>(State, ignoreCase: true, out var state) ? state : ContainerState.Unknown,
        CreatedAt = CreatedAt,
        Restarts = details?.Restarts ?? 0,
        LastExitCode = details?.LastExitCode,
        IsOomKilled = details?.IsOomKilled ?? false,
        StartedAt = details?.StartedAt,
        FinishedAt = details?.FinishedAt,
        Health = details?.Health ?? -1,
        LastLines = details?.LastLines ?? [],
    };
}

/// <summary>Reads the engine's answers. What is missing or of another type than it should be is empty: one field costs one field.</summary>
internal static class DockerJson
{
    /// <summary>Null for an entry without an id.</summary>
    public static DockerListed? Listed(JsonElement container)
    {
        var id = container.Text("Id");
        if (id.Length == 0 || !id.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }
        return new DockerListed(id, NameOf(container), container.Text("Image"), container.Text("State"), Created(container), Labels(container));
    }

    /// <summary>The lines of /events: whom it happened to, what, and the exit code of those that ended.</summary>
    public static IEnumerable<(string Id, string What, int? ExitCode)> Events(byte[] text)
    {
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Event(line) is { } happened)
            {
                yield return happened;
            }
        }
    }

    /// <summary>A field of an object, as text; empty where there is none.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    public static JsonElement Part(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static long Number(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>Null for a time that is not one; the engine writes the year 1 for "never".</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1970 ? time : null;

    private static (string Id, string What, int? ExitCode)? Event(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var actor = json.RootElement.Part("Actor");
            var id = actor.Text("ID") is { Length: > 0 } own ? own : json.RootElement.Text("id");
            var what = json.RootElement.Text("Action") is { Length: > 0 } action ? action : json.RootElement.Text("status");
            var attributes = actor.Part("Attributes");
            var code = attributes.Text("exitCode") is { Length: > 0 } text ? text : attributes.Text("containerExitCode");
            return (id, what, int.TryParse(code, CultureInfo.InvariantCulture, out var exitCode) ? exitCode : null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A container linked from another has further names, with the other's before a slash.</summary>
    private static string NameOf(JsonElement container)
    {
        if (container.Part("Names") is not { ValueKind: JsonValueKind.Array } names)
        {
            return "";
        }
        var all = names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!.TrimStart('/')).ToList();
        return all.Find(name => !name.Contains('/')) ?? all.FirstOrDefault() ?? "";
    }

    private static DateTimeOffset? Created(JsonElement container) =>
        container.Number("Created") is > 0 and < 253_402_300_799 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static List<KeyValuePair<string, string>> Labels(JsonElement container)
    {
        var labels = new List<KeyValuePair<string, string>>();
        if (container.Part("Labels") is { ValueKind: JsonValueKind.Object } own)
        {
            labels.AddRange(own.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String)
                .Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!)));
        }
        // The engine writes them in any order, and a series is found by what stands where.
        labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return labels;
    }
}
