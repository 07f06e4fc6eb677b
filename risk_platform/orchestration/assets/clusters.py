"""Clusters: borrowers divided into segments, in two ways, of which the steadier one is served."""

from collections.abc import Sequence

import dagster as dg

from risk_platform.contract.splits import Split, SplitPlan
from risk_platform.errors.segments import NoSegmentsError
from risk_platform.evaluation.profiles import Profile, profiles_of
from risk_platform.evaluation.segment_plots import choice_plot, default_rate_plot
from risk_platform.orchestration.metadata import figures, plot
from risk_platform.orchestration.pools import SPARK
from risk_platform.orchestration.resources import Experiment, SparkResource
from risk_platform.scoring.segments import Segments
from risk_platform.spark.partwise import PartFiles
from risk_platform.training.borrowers import described, training_borrowers
from risk_platform.training.clusters import cluster
from risk_platform.training.segment_methods import KMEANS, MIXTURE, Method
from risk_platform.training.segmentation import Segmentation, steadier


@dg.asset(io_manager_key="documents", group_name="clusters", kinds={"pyspark"}, pool=SPARK)
def clusters_kmeans(
    context: dg.AssetExecutionContext,
    loan_features: PartFiles,
    cleaned_loans: PartFiles,
    split_plan: SplitPlan,
    experiment: Experiment,
    spark: SparkResource,
) -> Segmentation:
    """Segments of borrowers by k-means, as many as the silhouette asks for.

    Learnt from six traits of the borrowers of the training split, known on the day of application:
    income, debt to income, FICO, length of credit history, utilisation and open accounts. Default
    and loss rates describe the segments and never enter the fit.
    """
    found = _segmentation(KMEANS, loan_features, cleaned_loans, split_plan, experiment, spark)
    context.add_output_metadata(_shown(found))
    return found


@dg.asset(io_manager_key="documents", group_name="clusters", kinds={"pyspark"}, pool=SPARK)
def clusters_gaussian_mixture(
    context: dg.AssetExecutionContext,
    loan_features: PartFiles,
    cleaned_loans: PartFiles,
    split_plan: SplitPlan,
    experiment: Experiment,
    spark: SparkResource,
) -> Segmentation:
    """Segments of borrowers by a Gaussian mixture, as many as BIC asks for.

    Learnt from the same traits as those by k-means; a mixture's segments may be of different widths
    and may lie aslant. Among few loans it may find none that are large enough: k-means then stands
    here too, and is served.
    """
    given = (loan_features, cleaned_loans, split_plan, experiment, spark)
    try:
        found = _segmentation(MIXTURE, *given)
    except NoSegmentsError as error:
        context.log.warning("%s. K-means divides them instead.", error)
        found = _segmentation(KMEANS, *given)
    context.add_output_metadata(_shown(found))
    return found


@dg.asset(io_manager_key="documents", group_name="clusters", kinds={"numpy"})
def borrower_segments(
    context: dg.AssetExecutionContext,
    clusters_kmeans: Segmentation,
    clusters_gaussian_mixture: Segmentation,
) -> Segments:
    """The segments that travel with the champion: those of the steadier division.

    Steadier is whose lower adjusted Rand index, with other seeds and with other loans, is higher;
    k-means where the two are alike. Every application that is scored gets its segment.
    """
    served = steadier(clusters_kmeans.clustering, clusters_gaussian_mixture.clustering)
    context.add_output_metadata(
        {
            "method": served.method,
            "names": dg.MetadataValue.json(list(served.segments.names)),
            "k_means": clusters_kmeans.clustering.stability.least,
            "gaussian_mixture": clusters_gaussian_mixture.clustering.stability.least,
        }
    )
    return served.segments


def _segmentation(
    method: Method,
    features: PartFiles,
    cleaned: PartFiles,
    plan: SplitPlan,
    experiment: Experiment,
    spark: SparkResource,
) -> Segmentation:
    outcome = experiment.rules.outcome
    borrowers = training_borrowers(features, outcome.name)
    found = cluster(spark.spark_session, borrowers.traits, method)
    segments = found.segments
    loans = described(borrowers, cleaned, segments)
    return Segmentation(
        clustering=found,
        profiles=profiles_of(loans, segments.assign(borrowers.traits), segments.names),
        outcome=outcome.about,
        ripeness=str(plan.volumes[Split.TRAIN]),
    )


def _shown(found: Segmentation) -> dict[str, dg.MetadataValue | str | int]:
    of = found.clustering
    tried = {one.segments: one.figure for one in of.tried if one.figure is not None}
    return {
        "method": of.method,
        "segments": len(of.segments.names),
        "profiles": _table(found.profiles),
        "default": f"{found.outcome}. {found.ripeness}.",
        "loss_rate": "principal that never came back, of all lent, among loans that have ended",
        "loans": of.loans,
        "chosen_on": of.chosen_on,
        "fitted_on": of.fitted_on,
        **figures(
            {
                "ari_other_seed": of.stability.other_seed,
                "ari_other_sample": of.stability.other_sample,
            }
        ),
        "choice": plot(choice_plot(tried, of.figure, len(of.segments.names))),
        "default_rates": plot(default_rate_plot(found.profiles)),
    }


def _table(profiles: Sequence[Profile]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table([_row(profile) for profile in profiles])


def _row(profile: Profile) -> dg.TableRecord:
    rate, medians = profile.default_rate, profile.medians
    return dg.TableRecord(
        {
            "segment": f"{profile.number} {profile.name}",
            "loans": f"{profile.loans:,} ({profile.share:.0%})",
            "default rate": f"{rate.value:.1%} ({rate.low:.1%} to {rate.high:.1%})",
            "loss rate": "unknown" if profile.loss_rate is None else f"{profile.loss_rate:.1%}",
            "loans that have ended": profile.ended,
            "median income USD": _median(medians.get("household_income_usd")),
            "median FICO": _median(medians.get("fico_mid")),
            "median DTI %": _median(medians.get("household_dti_pct")),
            "median loan USD": _median(medians.get("loan_amnt")),
            "what sets it apart": profile.about,
        }
    )


def _median(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"
