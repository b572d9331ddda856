using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The keys on what is told of scrapes, which stand in <c>global</c> and in jobs.</summary>
/// <param name="ExtraMetrics">Null where it is not said, so that the flag --enable-feature=extra-scrape-metrics decides.</param>
/// <param name="FailureLogFile">Null is none.</param>
internal sealed record TellingKeys(bool? ExtraMetrics, string? FailureLogFile)
{
    public static TellingKeys None { get; } = new(null, null);

    public static TellingKeys Read(ReadingContext context, MappingReader section, TellingKeys inherited) => new(
        section.Has("extra_scrape_metrics") ? section.Boolean("extra_scrape_metrics", absent: false) : inherited.ExtraMetrics,
        context.Resolve(section.Text("scrape_failure_log_file")) is { Length: > 0 } path ? path : inherited.FailureLogFile);
}
