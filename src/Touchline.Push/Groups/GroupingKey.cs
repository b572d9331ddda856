using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.Push.Groups;

/// <summary>
/// Which group a push means: the labels of its path, <c>job</c> among them, sorted by name; values may be empty. Equal by content.
/// </summary>
public sealed record GroupingKey
{
    private const string Base64Suffix = "@base64";

    private GroupingKey(IReadOnlyList<Label> labels)
    {
        Labels = labels;
        Text = string.Concat(labels.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Name.Length}:{l.Name}{l.Value.Length}:{l.Value}")));
    }

    public IReadOnlyList<Label> Labels { get; }

    /// <summary>The labels as one text that no other group has.</summary>
    public string Text { get; }

    public bool Equals(GroupingKey? other) => other is not null && other.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Makes the key of labels in any order, without checks.</summary>
    public static GroupingKey Of(IEnumerable<Label> labels) => new([.. labels.OrderBy(label => label.Name, StringComparer.Ordinal)]);

    /// <summary>
    /// Reads what follows <c>/metrics/</c>: <c>job/NAME</c> or <c>job@base64/NAME</c>, then names and values in turn, where a name with
    /// <c>@base64</c> has its value encoded.
    /// </summary>
    /// <param name="path">Percent signs already resolved.</param>
    /// <param name="key">The key; null where the path is none.</param>
    /// <param name="error">What is wrong, in the words of Pushgateway.</param>
    public static bool TryParse(string path, out GroupingKey? key, out string error)
    {
        key = null;
        var parts = path.Split('/');
        if (parts.Length < 2 || parts[0] is not ("job" or "job" + Base64Suffix))
        {
            error = "job name is required";
            return false;
        }
        if (!TryDecode(parts[0], parts[1], out var job))
        {
            error = $"invalid base64 encoding in job name {QuotedString.Of(parts[1])}";
            return false;
        }
        if (job.Length == 0)
        {
            error = "job name is required";
            return false;
        }
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!TryReadLabels(parts[2..], labels, out error))
        {
            return false;
        }
        // The job of the path stands, whatever label is called so too.
        labels[LabelNames.Job] = job;
        key = new GroupingKey([.. labels.Select(pair => new Label(pair.Key, pair.Value))]);
        return true;
    }

    private static bool TryReadLabels(string[] parts, SortedDictionary<string, string> labels, out string error)
    {
        error = "";
        if (parts.Length == 0 || parts is [""])
        {
            return true;
        }
        if (parts.Length % 2 != 0)
        {
            error = $"odd number of components in label string {QuotedString.Of("/" + string.Join('/', parts))}";
            return false;
        }
        for (var i = 0; i < parts.Length; i += 2)
        {
            var name = parts[i].EndsWith(Base64Suffix, StringComparison.Ordinal) ? parts[i][..^Base64Suffix.Length] : parts[i];
            if (!LabelNames.IsLegacyLabelName(name) || name.StartsWith(LabelNames.ReservedPrefix, StringComparison.Ordinal))
            {
                error = $"improper label name {QuotedString.Of(name)}";
                return false;
            }
            if (!TryDecode(parts[i], parts[i + 1], out var value))
            {
                error = $"invalid base64 encoding for label {name}={QuotedString.Of(parts[i + 1])}";
                return false;
            }
            labels[name] = value;
        }
        return true;
    }

    /// <summary>The alphabet of URLs, padding or not; a lone <c>=</c> is the empty text.</summary>
    private static bool TryDecode(string name, string value, out string decoded)
    {
        decoded = value;
        if (!name.EndsWith(Base64Suffix, StringComparison.Ordinal))
        {
            return true;
        }
        var encoded = value.TrimEnd('=');
        // The runtime's reader passes over blanks, which have no place here.
        if (encoded.Any(char.IsWhiteSpace) || !Base64Url.IsValid(encoded))
        {
            return false;
        }
        var bytes = Base64Url.DecodeFromChars(encoded);
        decoded = Encoding.UTF8.GetString(bytes);
        return System.Text.Unicode.Utf8.IsValid(bytes);
    }
}
