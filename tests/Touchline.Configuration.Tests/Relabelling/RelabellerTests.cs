using Touchline.Configuration;
using Touchline.Configuration.Relabelling;
using Touchline.Model;

namespace Touchline.Configuration.Tests.Relabelling;

public sealed class RelabellerTests
{
    private static readonly Labels Given = Labels.Of("a", "foo", "b", "bar", "c", "baz");

    [Fact]
    public void Replace_matching_value_expands_groups_into_the_target() =>
        Assert.Equal(Given.With("d", "ch0-oo-ch1-o"), Run(Replace(["a"], "f((o)o)", "d", "ch0-$1-ch1-${2}")));

    [Fact]
    public void Replace_joins_sources_with_the_separator_and_takes_missing_ones_as_empty() =>
        Assert.Equal(Given.With("d", "foo;;bar"), Run(Replace(["a", "x", "b"], "(.*)", "d", "$1")));

    [Fact]
    public void Replace_must_match_the_whole_value() => Assert.Equal(Given, Run(Replace(["a"], "fo", "d", "x")));

    [Fact]
    public void Replace_empty_result_deletes_the_target() => Assert.Equal("", Run(Replace(["a"], "(foo)", "b", "$2"))!["b"]);

    [Fact]
    public void Replace_target_is_a_template_too() => Assert.Equal("1", Run(Replace(["a"], "f(.*)", "n_$1", "1"))!["n_oo"]);

    [Fact]
    public void Replace_empty_target_does_nothing() => Assert.Equal(Given, Run(Replace(["a"], "(x)?foo", "$1", "y")));

    [Theory]
    [InlineData("$1", "foo")]
    [InlineData("${1}x", "foox")]
    [InlineData("$1x", "")]
    [InlineData("$name!", "foo!")]
    [InlineData("${name}", "foo")]
    [InlineData("$0", "foo")]
    [InlineData("$$1", "$1")]
    [InlineData("$", "$")]
    [InlineData("$-", "$-")]
    [InlineData("${", "${")]
    [InlineData("${}", "${}")]
    [InlineData("${1", "${1")]
    [InlineData("$9", "")]
    [InlineData("a$1b$$", "a$")]
    [InlineData("é$1-", "éfoo-")]
    public void Replace_template_is_expanded_as_Go_does(string template, string expected) =>
        Assert.Equal(expected, Run(Replace(["a"], "(?<name>.*)", "d", template))!["d"]);

    [Fact]
    public void Replace_default_step_sets_a_constant_where_the_source_is_empty() =>
        Assert.Equal("const", Run(new RelabelConfig { TargetLabel = "d", Replacement = "const" })!["d"]);

    [Theory]
    [InlineData(RelabelAction.Keep, "foo", true)]
    [InlineData(RelabelAction.Keep, "fo", false)]
    [InlineData(RelabelAction.Drop, "f.*", false)]
    [InlineData(RelabelAction.Drop, "no", true)]
    public void Keep_and_drop_decide_by_the_whole_value(RelabelAction action, string regex, bool kept) =>
        Assert.Equal(kept, Run(new RelabelConfig { Action = action, SourceLabels = ["a"], Regex = new AnchoredRegex(regex) }) is not null);

    [Theory]
    [InlineData(RelabelAction.KeepEqual, "foo", true)]
    [InlineData(RelabelAction.KeepEqual, "bar", false)]
    [InlineData(RelabelAction.DropEqual, "foo", false)]
    [InlineData(RelabelAction.DropEqual, "bar", true)]
    public void Keepequal_and_dropequal_compare_with_the_target_label(RelabelAction action, string value, bool kept)
    {
        var labels = new LabelsBuilder(Labels.Of("a", "foo", "t", value));
        Assert.Equal(kept, Relabeller.Apply(labels, [new RelabelConfig { Action = action, SourceLabels = ["a"], TargetLabel = "t" }]));
    }

    [Theory]
    [InlineData("c", "976")]
    [InlineData("nl", "734")]
    public void Hashmod_gives_the_numbers_that_Prometheus_gives(string source, string expected)
    {
        var labels = new LabelsBuilder(Labels.Of("c", "baz", "nl", "foo\nbar"));
        Relabeller.Apply(labels, [new RelabelConfig { Action = RelabelAction.HashMod, SourceLabels = [source], TargetLabel = "d", Modulus = 1000 }]);
        Assert.Equal(expected, labels.Get("d"));
    }

    [Fact]
    public void Labelmap_renames_what_matches_and_keeps_the_old() => Assert.Equal(
        Labels.Of("__meta_x_one", "1", "__meta_x_two", "2", "other", "3", "p_one", "1", "p_two", "2"),
        Run(new RelabelConfig { Action = RelabelAction.LabelMap, Regex = new AnchoredRegex("__meta_x_(.+)"), Replacement = "p_$1" },
            Labels.Of("__meta_x_one", "1", "__meta_x_two", "2", "other", "3")));

    [Fact]
    public void Labeldrop_and_labelkeep_choose_by_name()
    {
        Assert.Equal(Labels.Of("c", "baz"), Run(new RelabelConfig { Action = RelabelAction.LabelDrop, Regex = new AnchoredRegex("a|b") }));
        Assert.Equal(Labels.Of("a", "foo", "b", "bar"), Run(new RelabelConfig { Action = RelabelAction.LabelKeep, Regex = new AnchoredRegex("a|b") }));
    }

    [Fact]
    public void Lowercase_and_uppercase_change_every_letter()
    {
        var labels = Labels.Of("x", "ÄbC");
        Assert.Equal("äbc", Run(new RelabelConfig { Action = RelabelAction.Lowercase, SourceLabels = ["x"], TargetLabel = "x" }, labels)!["x"]);
        Assert.Equal("ÄBC", Run(new RelabelConfig { Action = RelabelAction.Uppercase, SourceLabels = ["x"], TargetLabel = "x" }, labels)!["x"]);
    }

    [Fact]
    public void Steps_run_in_order_and_stop_at_a_drop()
    {
        var labels = new LabelsBuilder(Given);
        var kept = Relabeller.Apply(labels,
            [Replace(["a"], "(.*)", "x", "$1"), new RelabelConfig { Action = RelabelAction.Drop, SourceLabels = ["x"], Regex = new AnchoredRegex("foo") }, Replace(["a"], "(.*)", "y", "$1")]);
        Assert.False(kept);
        Assert.Equal("", labels.Get("y"));
    }

    private static RelabelConfig Replace(string[] sources, string regex, string target, string replacement) =>
        new() { SourceLabels = sources, Regex = new AnchoredRegex(regex), TargetLabel = target, Replacement = replacement };

    private static Labels? Run(RelabelConfig step, Labels? labels = null)
    {
        var builder = new LabelsBuilder(labels ?? Given);
        return Relabeller.Apply(builder, [step]) ? builder.ToLabels() : null;
    }
}

file static class LabelsEditing
{
    public static Labels With(this Labels labels, string name, string value) => new LabelsBuilder(labels).Set(name, value).ToLabels();
}
