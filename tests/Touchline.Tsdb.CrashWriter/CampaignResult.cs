using System.Globalization;
using System.Text;

namespace Touchline.Tsdb.CrashWriter;

/// <summary>What a campaign did: it ends at the first broken promise, so there is nothing else to tell.</summary>
public sealed class CampaignResult
{
    private readonly SortedDictionary<string, int> _moments = new(StringComparer.Ordinal);

    public long Steps { get; set; }

    public TimeSpan Elapsed { get; set; }

    public IReadOnlyDictionary<string, int> Moments => _moments;

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        var kills = _moments.Where(entry => !entry.Key.StartsWith("and ", StringComparison.Ordinal)).Sum(entry => entry.Value);
        text.AppendLine(CultureInfo.InvariantCulture, $"{kills:N0} kills in {Elapsed.TotalMinutes:F0} minutes, {Steps:N0} batches of {WrittenSamples.Series} series written. Nothing that was confirmed was lost, no wrong value was served.\n");
        text.AppendLine("| killed | times |\n|---|---|");
        foreach (var (name, times) in _moments)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {times} |");
        }
        return text.ToString().TrimEnd();
    }

    internal void Count(string moment) => _moments[moment] = _moments.GetValueOrDefault(moment) + 1;
}
