namespace Touchline.Configuration.Tests;

public sealed class StatsDMappingFileTests
{
    [Fact]
    public void A_mapping_is_read_with_what_older_versions_called_it()
    {
        var (mappings, findings) = Load("""
            defaults:
              timer_type: histogram
              buckets: [.005, .1, .inf]
              quantiles: [{ quantile: 0.9, error: 0.01 }]
              match_type: regex
              ttl: 1h30m
            mappings:
            - match: 'a(.)'
              name: "a_$1"
              labels: { x: "$1" }
              match_metric_type: timer
              summary_options: { max_age: 30s, age_buckets: 3 }
              ttl: 0s
            - match: b.*
              match_type: glob
              action: drop
            """);
        Assert.Empty(findings);
        Assert.Equal((true, TimeSpan.FromMinutes(90)), (mappings!.IsHistogram, mappings.Ttl));
        Assert.Equal([0.005, 0.1], mappings.Buckets!);
        Assert.Equal([(0.9, 0.01)], mappings.Summary!.Quantiles!);
        var (first, second) = (mappings.Mappings[0], mappings.Mappings[1]);
        Assert.Equal((true, StatsDMetricType.Observer, TimeSpan.Zero), (first.IsRegex, first.MatchMetricType, first.Ttl));
        Assert.Equal((null, TimeSpan.FromSeconds(30), 3), (first.Summary!.Quantiles, first.Summary.MaxAge, first.Summary.AgeBuckets));
        Assert.Equal((false, true), (second.IsRegex, second.IsDrop));
    }

    [Theory]
    [InlineData("mappings: [{ name: x }]", "1:12: ", "no match")]
    [InlineData("mappings: [{ match: a }]", "1:12: ", "no name")]
    [InlineData("mappings: [{ match: a*.b, name: x }]", "1:21: ", "\"a*\" is no part of a name")]
    [InlineData("mappings: [{ match: '(', match_type: regex, name: x }]", "1:21: ", "not a valid regular expression")]
    [InlineData("mappings: [{ match: a, name: x, action: dorp }]", "1:41: ", "action is map or drop, not \"dorp\"; did you mean drop?")]
    [InlineData("mappings: [{ match: a, name: x, labels: { a-b: c } }]", "1:43: ", "\"a-b\" is not a valid label name")]
    [InlineData("mappings: [{ match: a, name: x, buckets: [2, 1] }]", "1:46: ", "ascending")]
    [InlineData("mappings: [{ match: a, name: x, histogram_options: { native_histogram_bucket_factor: -1 } }]", "1:86: ", "a number above 1")]
    [InlineData("mappings: [{ match: a, name: x, histogram_options: { native_histogram_bucket_factor: wide } }]", "1:86: ", "is a number, without quotes")]
    [InlineData("mappings: [{ match: a, name: x, histogram_options: { native_histogram_max_buckets: 20000 } }]", "1:84: ", "at most 10000")]
    [InlineData("mappings: [{ match: a, name: x, ttl: soon }]", "1:38: ", "not a valid duration")]
    [InlineData("mappings: [{ match: a, name: x, quantiles: [{ quantile: 99 }] }]", "1:45: ", "between 0 and 1")]
    [InlineData("- a", "1:1: ", "not a section")]
    public void A_mistake_is_said_with_its_place_and_makes_all_unusable(string yaml, string place, string message)
    {
        var (mappings, findings) = Load(yaml);
        Assert.Null(mappings);
        Assert.Contains(findings, f => $"{f.Line}:{f.Column}: " == place && f.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Native_buckets_and_the_order_of_globs_are_read()
    {
        var (mappings, findings) = Load("""
            defaults: { glob_disable_ordering: true, histogram_options: { native_histogram_bucket_factor: 1.1, native_histogram_max_buckets: 0 } }
            mappings:
            - { match: a, name: x, histogram_options: { buckets: [1], native_histogram_bucket_factor: 0, native_histogram_max_buckets: 64 } }
            """);
        Assert.Empty(findings);
        Assert.Equal((true, 1.1, (int?)null), (mappings!.DisablesGlobOrdering, mappings.Native.Factor, mappings.Native.MaxBuckets));
        Assert.Equal(((double?)null, 64), (mappings.Mappings[0].Native.Factor, mappings.Mappings[0].Native.MaxBuckets));
    }

    [Fact]
    public void An_unknown_key_is_skipped_with_a_warning()
    {
        var (mappings, findings) = Load("mappings: [{ match: a, name: x, lables: { a: b } }]");
        Assert.Single(mappings!.Mappings);
        Assert.Contains("did you mean labels?", Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    private static (StatsDMappingConfig? Mappings, IReadOnlyList<ConfigDiagnostic> Findings) Load(string yaml)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "mapping.yml");
        File.WriteAllText(path, yaml);
        return StatsDMappingFile.Load(path);
    }
}
