using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Touchline.Web;

/// <summary>
/// Puts the pages into a web application. The host registers <see cref="PromQL.IQueryEngine"/>, <see cref="Storage.IMetricQueryable"/>,
/// <see cref="TimeProvider"/> and the views of <c>Touchline.Web.Views</c>.
/// </summary>
public static class TouchlineWeb
{
    public static IServiceCollection AddTouchlineWeb(this IServiceCollection services) => services;

    /// <summary>Maps the pages, their assets and the binary chart endpoint. Call it after the API's routes.</summary>
    public static WebApplication MapTouchlineWeb(this WebApplication app) => app;
}
