using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Loops;

namespace Touchline.Scraping.Tests.Loops;

public sealed class SampleLabelsTests
{
    private static readonly Labels Target = Labels.Of("instance", "i", "job", "j");

    [Fact]
    public void Resolve_conflict_renames_what_is_exposed() => Assert.Equal(
        Labels.Of("__name__", "m", "exported_job", "x", "instance", "i", "job", "j"),
        Resolve(new ScrapeConfig { JobName = "j" }, new("__name__", "m"), new("job", "x")));

    [Fact]
    public void Resolve_conflict_of_both_names_renames_both() => Assert.Equal(
        Labels.Of("__name__", "m", "exported_exported_job", "x", "exported_job", "y", "instance", "i", "job", "j"),
        Resolve(new ScrapeConfig { JobName = "j" }, new("__name__", "m"), new("exported_job", "y"), new("job", "x")));

    [Fact]
    public void Resolve_honor_labels_keeps_what_is_exposed() => Assert.Equal(
        Labels.Of("__name__", "m", "instance", "i", "job", "x"),
        Resolve(new ScrapeConfig { JobName = "j", HonorLabels = true }, new("__name__", "m"), new("job", "x")));

    [Fact]
    public void Resolve_honor_labels_and_empty_label_hides_the_target_s() => Assert.Equal(
        Labels.Of("__name__", "m", "job", "j"),
        Resolve(new ScrapeConfig { JobName = "j", HonorLabels = true }, new("__name__", "m"), new("instance", "")));

    [Fact]
    public void Resolve_dropped_series_has_no_labels() => Assert.Null(Resolve(
        new ScrapeConfig { JobName = "j", MetricRelabelConfigs = [new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = new AnchoredRegex("m") }] },
        new Label("__name__", "m")));

    [Fact]
    public void BrokenLimit_names_metric_label_and_figures()
    {
        var labels = Labels.Of("__name__", "m", "long_name", "long value");
        Assert.Equal("label_limit exceeded (metric: m{long_name=\"long value\"}, number of labels: 2, limit: 1)",
            new SampleLabels(new ScrapeConfig { JobName = "j", LabelLimit = 1 }, Target).BrokenLimit(labels));
        Assert.Equal("label_name_length_limit exceeded (metric: m{long_name=\"long value\"}, label name: long_name, length: 9, limit: 8)",
            new SampleLabels(new ScrapeConfig { JobName = "j", LabelNameLengthLimit = 8 }, Target).BrokenLimit(labels));
        Assert.Equal("label_value_length_limit exceeded (metric: m{long_name=\"long value\"}, label name: long_name, value: \"long value\", length: 10, limit: 9)",
            new SampleLabels(new ScrapeConfig { JobName = "j", LabelValueLengthLimit = 9 }, Target).BrokenLimit(labels));
        Assert.Null(new SampleLabels(new ScrapeConfig { JobName = "j", LabelLimit = 2, LabelNameLengthLimit = 9, LabelValueLengthLimit = 10 }, Target).BrokenLimit(labels));
    }

    [Fact]
    public void Check_missing_name_is_refused() =>
        Assert.Equal("missing metric name (__name__ label)", new SampleLabels(new ScrapeConfig { JobName = "j" }, Target).Check(Labels.Of("a", "b")));

    [Fact]
    public void Check_legacy_names_only_where_that_is_wanted()
    {
        var labels = Labels.Of("__name__", "m.n");
        Assert.Null(new SampleLabels(new ScrapeConfig { JobName = "j" }, Target).Check(labels));
        Assert.StartsWith("invalid metric name or label names: ",
            new SampleLabels(new ScrapeConfig { JobName = "j", MetricNameValidation = NameValidation.Legacy }, Target).Check(labels), StringComparison.Ordinal);
    }

    private static Labels? Resolve(ScrapeConfig config, params Label[] exposed) => new SampleLabels(config, Target).Resolve([.. exposed]);
}
