using System.Globalization;
using System.Text.Json;

namespace Touchline.Scraping.Discovery;

/// <summary>Reads JSON that others wrote: what is absent or of another kind reads as empty, and never throws.</summary>
internal static class JsonReading
{
    /// <summary>The member of an object, of any depth; undefined where there is none.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return default;
            }
        }
        return element;
    }

    public static bool IsThere(this JsonElement element) => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The text or number at a path; empty where there is none.</summary>
    public static string Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind is JsonValueKind.String or JsonValueKind.Number ? found.ToString() : "";
    }

    public static long Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        long.TryParse(element.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Object } found ? found.EnumerateObject() : [];

    /// <summary>The members of an object that are texts.</summary>
    public static IEnumerable<(string Key, string Value)> Texts(this JsonElement element) =>
        element.Members().Where(member => member.Value.ValueKind == JsonValueKind.String).Select(member => (member.Name, member.Value.GetString()!));
}
