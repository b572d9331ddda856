using Touchline.Model;

namespace Touchline.Collectors.Host.Textfile;

/// <summary>A sample of a text file: label names and values alternate, those of buckets and quantiles among them.</summary>
internal sealed record TextSample(string Suffix, string[] Labels, double Value);

/// <summary>A family of metrics in a text file.</summary>
internal sealed class TextFamily(string name)
{
    public string Name { get; } = name;

    public MetricType Type { get; set; } = MetricType.Unknown;

    public bool HasType { get; set; }

    /// <summary>Null where the file does not say.</summary>
    public string? Help { get; set; }

    public List<TextSample> Samples { get; } = [];

    /// <summary>Gives every sample all labels of the family, as an exposition whose samples differ in them is none.</summary>
    public void LevelLabels()
    {
        var names = Samples.SelectMany(sample => sample.Labels.Where((_, i) => i % 2 == 0)).Where(IsOwn).Distinct(StringComparer.Ordinal).ToList();
        for (var i = 0; i < Samples.Count; i++)
        {
            var sample = Samples[i];
            var missing = names.Where(label => !sample.Labels.Where((_, place) => place % 2 == 0).Contains(label, StringComparer.Ordinal)).ToList();
            if (missing.Count > 0)
            {
                Samples[i] = sample with { Labels = [.. sample.Labels, .. missing.SelectMany(label => (string[])[label, ""])] };
            }
        }
    }

    private bool IsOwn(string label) => (Type, label) is not ((MetricType.Histogram, LabelNames.BucketBound) or (MetricType.Summary, LabelNames.Quantile));
}
